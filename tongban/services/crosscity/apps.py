from django.apps import AppConfig


class CrossCity(AppConfig):
    name = "tongban.services.crosscity"
    label = "crosscity"

    def ready(self) -> None:
        from . import collecting, metrics, receiving, sending  # noqa: F401 - registers them
