from django.apps import AppConfig


class Reports(AppConfig):
    name = "tongban.reports"
    label = "reports"
