from django.apps import AppConfig


class Cases(AppConfig):
    name = "tongban.services.cases"
    label = "cases"

    def ready(self) -> None:
        from tongban.services.catalogue import measured, whatif

        from . import bringing_in, metrics, procedure  # noqa: F401 - registers them
        from .measured import measured_of
        from .touched import touched_by

        whatif.touches.append(touched_by)
        measured.measures.append(measured_of)
