from django.apps import AppConfig


class Portal(AppConfig):
    name = "tongban.services.portal"
    label = "portal"
