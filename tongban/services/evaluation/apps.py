from django.apps import AppConfig


class Evaluation(AppConfig):
    name = "tongban.services.evaluation"
    label = "evaluation"

    def ready(self) -> None:
        from . import metrics  # noqa: F401 - registers them
