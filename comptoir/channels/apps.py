from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "comptoir.channels"
    label = "channels"

    def ready(self) -> None:
        from . import work  # noqa: F401
