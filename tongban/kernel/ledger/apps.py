from django.apps import AppConfig


class Ledger(AppConfig):
    name = "tongban.kernel.ledger"
    label = "ledger"
