"""Addresses of verification and sealed papers."""

from tongban.kernel.screens.routes import EVERYBODY, SIGNED_IN, route

from . import views

urlpatterns = [
    route("verify/", views.check, EVERYBODY, "verify"),
    route("verify/root.pem", views.certificate, EVERYBODY, "root_certificate"),
    route("verify/<slug:code>/", views.original, EVERYBODY, "verify_code"),
    route("documents/<slug:code>/", views.download, SIGNED_IN, "document"),
]
