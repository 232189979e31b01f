"""Addresses of the kiosks' care."""

from django.utils.translation import gettext_lazy

from tongban.kernel.people.roles import Role
from tongban.kernel.screens.navigation import menu
from tongban.kernel.screens.routes import held_by, route

from . import views

CARERS = held_by(Role.OPERATOR, Role.TOWN_CLERK)
BUREAU = held_by(Role.OPERATOR)
menu(38, "/desk/kiosks/", gettext_lazy("自助机"), CARERS)

urlpatterns = [
    route("desk/kiosks/", views.kiosks, CARERS, "kiosks"),
    route("desk/kiosks/bulletin/", views.bulletin, CARERS, "kiosk_bulletin"),
    route("desk/kiosks/<slug:code>/", views.kiosk, BUREAU, "kiosk"),
]
