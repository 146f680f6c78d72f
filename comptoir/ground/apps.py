from django.apps import AppConfig


class GroundConfig(AppConfig):
    name = "comptoir.ground"
    label = "ground"

    def ready(self) -> None:
        from . import housekeeping  # noqa: F401
