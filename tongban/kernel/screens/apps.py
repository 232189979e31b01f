from django.apps import AppConfig


class Screens(AppConfig):
    name = "tongban.kernel.screens"
    label = "screens"

    def ready(self) -> None:
        from ..notices.models import Notice
        from ..procedures.scope import seen_through

        seen_through(Notice, "event__matter")
