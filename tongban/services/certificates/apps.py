from django.apps import AppConfig


class Certificates(AppConfig):
    name = "tongban.services.certificates"
    label = "certificates"

    def ready(self) -> None:
        from . import metrics, procedure  # noqa: F401 - registers them
