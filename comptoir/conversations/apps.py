from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "comptoir.conversations"
    label = "conversations"

    def ready(self) -> None:
        from . import listeners, work  # noqa: F401
