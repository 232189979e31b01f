from django.apps import AppConfig


class Cases(AppConfig):
    name = "tongban.services.cases"
    label = "cases"

    def ready(self) -> None:
        from tongban.services.catalogue import measured, whatif
        from tongban.services.themes.metrics import fields_asked

        from . import metrics, procedure  # noqa: F401 - registers them
        from .forms import ApplicationForm
        from .measured import measured_of
        from .touched import touched_by

        whatif.touches.append(touched_by)
        measured.measures.append(measured_of)
        fields_asked(len(ApplicationForm.base_fields))
