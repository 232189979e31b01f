"""Addresses of the generic screens."""

from django.utils.translation import gettext_lazy

from ..people.actor import HANDLING
from ..people.roles import Role
from .film import film
from .load import load
from .mine import my_matter, my_matters, my_open, my_step, set_email, track
from .navigation import menu
from .outbox import outbox, send_again
from .phrases import delete_phrase, phrases
from .routes import APPLICANTS, EVERYBODY, SIGNED_IN, STAFF, held_by, route
from .signin import prove_identity, sign_in, sign_out, staff_sign_in
from .views import desk, matter_detail, matter_list, matter_open, matter_step, unmask

OUTBOX = held_by(Role.OPERATOR, Role.UNIT_ADMIN)
HEADS = held_by(Role.UNIT_ADMIN)
WRITERS = held_by(*HANDLING, Role.OPERATOR)
menu(10, "/desk/", gettext_lazy("我的待办"), STAFF)
menu(20, "/desk/case/", gettext_lazy("办件"), STAFF)
menu(40, "/desk/booking/", gettext_lazy("预约"), STAFF)
menu(15, "/desk/load/", gettext_lazy("人员负荷"), HEADS)
menu(45, "/desk/phrases/", gettext_lazy("常用语"), WRITERS)
menu(80, "/desk/outbox/", gettext_lazy("发件箱"), OUTBOX)

urlpatterns = [
    route("my/", my_matters, APPLICANTS, "my_matters"),
    route("my/email/", set_email, APPLICANTS, "my_email"),
    route("my/new/<slug:kind>/<slug:step>/", my_open, APPLICANTS, "my_open"),
    route("my/<slug:number>/", my_matter, APPLICANTS, "my_matter"),
    route("my/<slug:number>/step/<slug:step>/", my_step, APPLICANTS, "my_step"),
    route("track/<slug:code>/", track, EVERYBODY, "track"),
    route("signin/", sign_in, EVERYBODY, "sign_in"),
    route("signin/staff/", staff_sign_in, EVERYBODY, "staff_sign_in"),
    route("signin/identity/", prove_identity, APPLICANTS, "identity"),
    route("signout/", sign_out, SIGNED_IN, "sign_out"),
    route("desk/", desk, STAFF, "desk"),
    route("desk/load/", load, HEADS, "load"),
    route("desk/phrases/", phrases, WRITERS, "phrases"),
    route("desk/phrases/<int:pk>/delete/", delete_phrase, WRITERS, "delete_phrase"),
    route("desk/outbox/", outbox, OUTBOX, "outbox"),
    route("desk/outbox/again/", send_again, OUTBOX, "send_again"),
    route("desk/<slug:kind>/", matter_list, STAFF, "matters"),
    route("desk/<slug:kind>/new/<slug:step>/", matter_open, STAFF, "matter_open"),
    route("desk/<slug:kind>/<slug:number>/", matter_detail, STAFF, "matter"),
    route("desk/<slug:kind>/<slug:number>/film/", film, STAFF, "film"),
    route("desk/<slug:kind>/<slug:number>/unmask/", unmask, STAFF, "unmask"),
    route("desk/<slug:kind>/<slug:number>/step/<slug:step>/", matter_step, STAFF, "step"),
]
