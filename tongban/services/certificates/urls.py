"""Addresses of the wallet and of proofs."""

from tongban.kernel.screens.routes import APPLICANTS, EVERYBODY, route

from . import pages

urlpatterns = [
    route("my/certificates/", pages.wallet, APPLICANTS, "wallet"),
    route("my/certificates/<slug:number>/", pages.shown, APPLICANTS, "certificate"),
    route("my/certificates/<slug:number>/paper/", pages.paper, APPLICANTS, "certificate_paper"),
    route("certificates/proof/<str:token>/", pages.proof, EVERYBODY, "certificate_proof"),
]
