from django.apps import AppConfig


class Metrics(AppConfig):
    name = "tongban.kernel.metrics"
    label = "metrics"
