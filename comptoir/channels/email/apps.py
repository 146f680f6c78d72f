from django.apps import AppConfig


class EmailConfig(AppConfig):
    name = "comptoir.channels.email"
    label = "email"

    def ready(self) -> None:
        from . import channel, door  # noqa: F401
