"""Addresses of booking."""

from django.utils.translation import gettext_lazy

from tongban.kernel.people.roles import Role
from tongban.kernel.screens.navigation import menu
from tongban.kernel.screens.routes import APPLICANTS, EVERYBODY, held_by, route

from . import feed, managing, views

ANSWERING = held_by(Role.HOTLINE_AGENT, Role.CLERK)
BUREAU = held_by(Role.OPERATOR)
menu(27, "/desk/visits/phone/", gettext_lazy("代为预约"), ANSWERING)
menu(28, "/desk/visits/groups/", gettext_lazy("预约设置"), BUREAU)

urlpatterns = [
    route("book/", views.start, APPLICANTS, "book_start"),
    route("my/<slug:number>/book/", views.book, APPLICANTS, "book"),
    route("my/<slug:number>/booked/", views.booked, APPLICANTS, "booked"),
    route("my/<slug:number>/booked.ics", views.booking_file, APPLICANTS, "booking_file"),
    route("my/<slug:number>/rebook/", views.rebook, APPLICANTS, "rebook"),
    route("my/calendar/renew/", views.renew_feed, APPLICANTS, "renew_feed"),
    route("calendar/<slug:token>.ics", feed.feed, EVERYBODY, "calendar_feed"),
    route("desk/visits/phone/", views.by_phone, ANSWERING, "book_by_phone"),
    route("desk/visits/groups/", managing.groups, BUREAU, "booking_groups"),
    route("desk/visits/groups/<slug:code>/", managing.group, BUREAU, "booking_group"),
    route("desk/visits/closures/<int:pk>/", managing.closure, BUREAU, "booking_closure"),
]
