"""Addresses of the page of interfaces."""

from django.utils.translation import gettext_lazy

from ..people.roles import Role
from ..screens.navigation import menu
from ..screens.routes import held_by, route
from . import pages

BUREAU = held_by(Role.OPERATOR)
menu(85, "/desk/interfaces/", gettext_lazy("接口"), BUREAU)

urlpatterns = [
    route("desk/interfaces/", pages.interfaces, BUREAU, "interfaces"),
    route("desk/interfaces/keys/new/", pages.add_key, BUREAU, "add_key"),
    route("desk/interfaces/keys/<int:pk>/end/", pages.end_key, BUREAU, "end_key"),
    route("desk/interfaces/webhooks/new/", pages.add_webhook, BUREAU, "add_webhook"),
    route("desk/interfaces/webhooks/<int:pk>/", pages.webhook, BUREAU, "webhook"),
]
