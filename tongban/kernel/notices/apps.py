from django.apps import AppConfig


class Notices(AppConfig):
    name = "tongban.kernel.notices"
    label = "notices"
