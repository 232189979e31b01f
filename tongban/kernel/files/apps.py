from django.apps import AppConfig


class Files(AppConfig):
    name = "tongban.kernel.files"
    label = "files"
