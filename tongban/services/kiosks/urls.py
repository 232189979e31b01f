"""Addresses of the kiosks' care."""

from django.utils.translation import gettext_lazy

from tongban.kernel.people.roles import Role
from tongban.kernel.screens.navigation import menu
from tongban.kernel.screens.routes import APPLICANTS, EVERYBODY, held_by, route

from . import content, pages, screen, views

CARERS = held_by(Role.OPERATOR, Role.TOWN_CLERK)
BUREAU = held_by(Role.OPERATOR)
menu(38, "/desk/kiosks/", gettext_lazy("自助机"), CARERS)

urlpatterns = [
    route("kiosk/", screen.home, EVERYBODY, "kiosk_home"),
    route("kiosk/go/<slug:code>/", screen.go, EVERYBODY, "kiosk_go"),
    route("kiosk/end/", screen.end, EVERYBODY, "kiosk_end"),
    route("kiosk/signin/", screen.sign_in, EVERYBODY, "kiosk_sign_in"),
    route("kiosk/signin/wait/", screen.wait, EVERYBODY, "kiosk_wait"),
    route("kiosk/confirm/<str:token>/", screen.confirm, APPLICANTS, "kiosk_confirm"),
    route("kiosk/card/", screen.card, EVERYBODY, "kiosk_card"),
    route("kiosk/keeper/", screen.keeper, EVERYBODY, "kiosk_keeper"),
    route("kiosk/heartbeat/", screen.heartbeat, EVERYBODY, "kiosk_heartbeat"),
    route("kiosk/journal/", screen.journal, EVERYBODY, "kiosk_journal"),
    route("kiosk/offline/", screen.offline, EVERYBODY, "kiosk_offline"),
    route("kiosk/worker.js", screen.worker, EVERYBODY, "kiosk_worker"),
    route("kiosk/progress/<slug:code>/", pages.progress, APPLICANTS, "kiosk_progress"),
    route("kiosk/licences/<slug:code>/", pages.licences, EVERYBODY, "kiosk_licences"),
    route("kiosk/firms/", pages.firms, EVERYBODY, "kiosk_firms"),
    route("kiosk/judging/", pages.judging, APPLICANTS, "kiosk_judging"),
    route("desk/kiosks/contents/", content.contents, BUREAU, "kiosk_contents"),
    route("desk/kiosks/items/", content.items, BUREAU, "kiosk_items"),
    route("desk/kiosks/calls/", content.call_backs, CARERS, "call_backs"),
    route("desk/kiosks/calls/<int:pk>/", content.called, CARERS, "called"),
    route("desk/kiosks/", views.kiosks, CARERS, "kiosks"),
    route("desk/kiosks/bulletin/", views.bulletin, CARERS, "kiosk_bulletin"),
    route("desk/kiosks/<slug:code>/", views.kiosk, BUREAU, "kiosk"),
]
