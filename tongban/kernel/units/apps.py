from django.apps import AppConfig


class Units(AppConfig):
    name = "tongban.kernel.units"
    label = "units"
