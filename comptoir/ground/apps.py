from django.apps import AppConfig


class GroundConfig(AppConfig):
    name = "comptoir.ground"
    label = "ground"
