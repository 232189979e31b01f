"""Addresses of the hall."""

from django.utils.translation import gettext_lazy

from tongban.kernel.people.roles import Role
from tongban.kernel.screens.navigation import menu
from tongban.kernel.screens.routes import APPLICANTS, EVERYBODY, held_by, route

from . import away, displays, managing, public, roster, tally, views

COUNTER_STAFF = held_by(Role.CLERK)
BUREAU = held_by(Role.OPERATOR)
PLANNERS = held_by(Role.OPERATOR, Role.UNIT_ADMIN)
AT_DESKS = held_by(Role.CLERK, Role.OPERATOR)
menu(29, "/desk/hall/", gettext_lazy("大厅"), BUREAU)
menu(26, "/hall/counter/", gettext_lazy("叫号"), COUNTER_STAFF)
menu(27, "/desk/tally/", gettext_lazy("咨询计数"), AT_DESKS)
menu(28, "/desk/roster/", gettext_lazy("排班"), PLANNERS)

urlpatterns = [
    route("hall/", public.hall, EVERYBODY, "hall_public"),
    route("desk/tally/", tally.tally, AT_DESKS, "tally"),
    route("desk/tally/tap/", tally.tap, AT_DESKS, "tap"),
    route("desk/roster/", roster.roster, PLANNERS, "roster"),
    route("desk/hall/facilities/", public.facilities, BUREAU, "facilities"),
    route("hall/board/", views.board, EVERYBODY, "board"),
    route("hall/checkin/", views.check_in, EVERYBODY, "check_in"),
    route("hall/checkin/<slug:code>/", views.check_in, EVERYBODY, "check_in_code"),
    route("hall/screen/", displays.page, EVERYBODY, "screen"),
    route("hall/screen/draw/", displays.draw, EVERYBODY, "draw"),
    route("hall/screen/judge/", displays.judge, EVERYBODY, "judge"),
    route("hall/screen/block/", away.block, EVERYBODY, "machine_block"),
    route("hall/screen/journal/", away.written, EVERYBODY, "machine_journal"),
    route("hall/counter/<int:number>/by_hand/", views.by_hand, COUNTER_STAFF, "by_hand"),
    route("hall/here/<slug:token>/", displays.by_phone, APPLICANTS, "draw_by_phone"),
    route("desk/hall/", managing.hall, BUREAU, "hall"),
    route("desk/hall/rhythm/", managing.rhythm, BUREAU, "hall_rhythm"),
    route("desk/hall/screens/<int:pk>/", managing.screen, BUREAU, "hall_screen"),
    route("desk/hall/counters/<int:number>/", managing.counter_lines, BUREAU, "counter_lines"),
    route("hall/my/<slug:code>/", views.my_ticket, EVERYBODY, "my_ticket"),
    route("hall/counter/", views.counter, COUNTER_STAFF, "counter"),
    route("hall/counter/choose/", views.choose_counter, COUNTER_STAFF, "choose_counter"),
    route("hall/counter/<int:number>/sit/", views.sit, COUNTER_STAFF, "sit"),
    route("hall/counter/<int:number>/next/", views.call_next, COUNTER_STAFF, "call_next"),
    route(
        "hall/ticket/<slug:number>/<slug:step>/", views.ticket_step, COUNTER_STAFF, "ticket_step"
    ),
]
