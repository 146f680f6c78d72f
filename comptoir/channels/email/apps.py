from django.apps import AppConfig


class EmailConfig(AppConfig):
    name = "comptoir.channels.email"
    label = "email"
