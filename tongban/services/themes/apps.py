from django.apps import AppConfig


class Themes(AppConfig):
    name = "tongban.services.themes"
    label = "themes"

    def ready(self) -> None:
        from . import metrics, procedure  # noqa: F401 - registers it
