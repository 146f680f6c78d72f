from django.apps import AppConfig


class UiConfig(AppConfig):
    """The shell of every page; knows no domain."""

    name = "comptoir.ui"
    label = "ui"
