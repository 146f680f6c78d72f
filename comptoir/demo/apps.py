from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "comptoir.demo"
    label = "demo"

    def ready(self) -> None:
        from . import letterbox, work  # noqa: F401
