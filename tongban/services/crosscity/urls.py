"""Addresses of matters between places."""

from django.utils.translation import gettext_lazy

from tongban.kernel.people.roles import Role
from tongban.kernel.screens.navigation import menu
from tongban.kernel.screens.routes import EVERYBODY, SIGNED_IN, held_by, route

from . import inbox, views

READERS = held_by(Role.OPERATOR, Role.CLERK)
BUREAU = held_by(Role.OPERATOR)
COLLECTORS = held_by(Role.CLERK)
menu(36, "/desk/crosscity/", gettext_lazy("跨城通办"), READERS)

urlpatterns = [
    route("desk/crosscity/", views.register, READERS, "crosscity"),
    route("desk/crosscity/places/<slug:code>/", views.place, BUREAU, "cross_place"),
    route("desk/crosscity/new/<int:pk>/", views.new, COLLECTORS, "cross_new"),
    route("desk/crosscity/<slug:number>/supply/", views.supply, COLLECTORS, "cross_supply"),
    route("crosscity/papers/<int:pk>/", views.paper, SIGNED_IN, "cross_paper"),
    route("crosscity/results/<slug:number>/", views.result, SIGNED_IN, "cross_result"),
    route("crosscity/inbox/<slug:code>/", inbox.inbox, EVERYBODY, "cross_inbox"),
]
