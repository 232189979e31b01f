from django.apps import AppConfig


class Catalogue(AppConfig):
    name = "tongban.services.catalogue"
    label = "catalogue"
