from django.apps import AppConfig


class ConsentConfig(AppConfig):
    name = "comptoir.consent"
    label = "consent"

    def ready(self) -> None:
        from . import doors, work  # noqa: F401
