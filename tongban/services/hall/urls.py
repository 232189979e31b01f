"""Addresses of the hall."""

from django.utils.translation import gettext_lazy

from tongban.kernel.people.roles import Role
from tongban.kernel.screens.navigation import menu
from tongban.kernel.screens.routes import EVERYBODY, held_by, route

from . import views

COUNTER_STAFF = held_by(Role.CLERK)
menu(30, "/hall/counter/", gettext_lazy("叫号"), COUNTER_STAFF)

urlpatterns = [
    route("hall/board/", views.board, EVERYBODY, "board"),
    route("hall/checkin/", views.check_in, EVERYBODY, "check_in"),
    route("hall/checkin/<slug:code>/", views.check_in, EVERYBODY, "check_in_code"),
    route("hall/counter/", views.counter, COUNTER_STAFF, "counter"),
    route("hall/counter/choose/", views.choose_counter, COUNTER_STAFF, "choose_counter"),
    route("hall/counter/<int:number>/next/", views.call_next, COUNTER_STAFF, "call_next"),
    route(
        "hall/ticket/<slug:number>/<slug:step>/", views.ticket_step, COUNTER_STAFF, "ticket_step"
    ),
]
