from django.apps import AppConfig


class Catalogue(AppConfig):
    name = "tongban.services.catalogue"
    label = "catalogue"

    def ready(self) -> None:
        from . import metrics, procedure  # noqa: F401 - registers them
