from django.apps import AppConfig


class Outreach(AppConfig):
    name = "tongban.services.outreach"
    label = "outreach"

    def ready(self) -> None:
        from . import companies, helping, home, metrics, reflecting  # noqa: F401 - registers them
