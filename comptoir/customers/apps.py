from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "comptoir.customers"
    label = "customers"

    def ready(self) -> None:
        from . import doors, panels  # noqa: F401
