"""The wallet of a person, and what somebody sees who scans a proof."""

from django.core import signing
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from tongban.kernel.files.serving import serve
from tongban.kernel.people.middleware import actor
from tongban.kernel.screens.mine import qr
from tongban.kernel.screens.routes import told

from .models import Certificate
from .panel import uses_of
from .wallet import PROOF_SECONDS, proof_of, proven


def wallet(request: HttpRequest) -> HttpResponse:
    rows = _mine(request).order_by("-pk")
    return render(request, "certificates/wallet.html", {"certificates": list(rows)})


def shown(request: HttpRequest, number: str) -> HttpResponse:
    """One certificate with a code that proves it now; the code is new each minute."""
    certificate = _own(request, number)
    matter = certificate.matter
    context = {
        "certificate": certificate,
        "matter": matter,
        "uses": uses_of(matter),
        "seconds": PROOF_SECONDS,
        "last": matter.events.order_by("-seq").values_list("facts", flat=True).first(),
    }
    if matter.state == "in_force":
        context["qr"] = qr(f"/certificates/proof/{proof_of(certificate)}/")
    return render(request, "certificates/shown.html", context)


def proof(request: HttpRequest, token: str) -> HttpResponse:
    """Everybody who is shown the code: what it is, whose (masked), and whether it holds now."""
    try:
        certificate = proven(token)
    except signing.SignatureExpired:
        words = _("亮证码 2 分钟内有效，请持证人刷新后再扫一次。")
        return told(request, _("亮证码已过期"), words, 410)
    if certificate is None:
        words = _("这不是本平台的亮证码，请向持证人核对。")
        return told(request, _("不能确认"), words, 404)
    context = {"certificate": certificate, "matter": certificate.matter, "now": timezone.now()}
    return render(request, "certificates/proof.html", context)


def paper(request: HttpRequest, number: str) -> FileResponse:
    """The sealed file, for its holder."""
    document = _own(request, number).document
    if document is None or document.file is None:
        raise Http404
    return serve(document.file, f"{document.title} {document.number}.pdf")


def _mine(request: HttpRequest) -> QuerySet[Certificate]:
    held = Certificate.objects.filter(matter__applicant__in=actor(request).applicant_ids)
    return held.select_related("type", "matter__unit", "matter__applicant")


def _own(request: HttpRequest, number: str) -> Certificate:
    rows = _mine(request).select_related("document__file")
    return get_object_or_404(rows, matter__number=number[:40])
