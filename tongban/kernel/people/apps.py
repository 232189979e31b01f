from django.apps import AppConfig


class People(AppConfig):
    name = "tongban.kernel.people"
    label = "people"
