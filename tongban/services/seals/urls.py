"""Addresses of verification and sealed papers."""

from django.utils.translation import gettext_lazy

from tongban.kernel.people.roles import Role
from tongban.kernel.screens.navigation import menu
from tongban.kernel.screens.routes import EVERYBODY, SIGNED_IN, STAFF, held_by, route

from . import backlog, board, preview, versions, views

HEADS = held_by(Role.OPERATOR, Role.UNIT_ADMIN)
menu(37, "/desk/seals/", gettext_lazy("电子印章"), HEADS)

urlpatterns = [
    route("desk/seals/waiting/", backlog.backlog, HEADS, "seal_backlog"),
    route("desk/seals/templates/", versions.templates, HEADS, "templates"),
    route(
        "desk/<slug:kind>/<slug:number>/step/<slug:step>/preview/",
        preview.preview,
        STAFF,
        "preview",
    ),
    route("desk/seals/", board.board, HEADS, "seals"),
    route("verify/<slug:code>/sm2.sig", views.sm2_signature, EVERYBODY, "sm2_signature"),
    route("verify/<slug:code>/sm2.pem", views.sm2_key, EVERYBODY, "sm2_key"),
    route("verify/", views.check, EVERYBODY, "verify"),
    route("verify/root.pem", views.certificate, EVERYBODY, "root_certificate"),
    route("verify/<slug:code>/", views.original, EVERYBODY, "verify_code"),
    route("verify/sm2-root.pem", views.maker_certificate, EVERYBODY, "sm2_root"),
    route("verify/<slug:code>/sm2-certificate.pem", views.seal_certificate, EVERYBODY, "sm2_cert"),
    route("documents/<slug:code>/", views.download, SIGNED_IN, "document"),
    route("documents/<slug:code>/ofd/", views.as_ofd, SIGNED_IN, "document_ofd"),
]
