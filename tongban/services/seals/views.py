"""Verification for everybody, and the documents of a matter for those who see it."""

from cryptography.hazmat.primitives.serialization import Encoding
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.kernel.files.receiving import cut_off
from tongban.kernel.files.serving import serve
from tongban.kernel.people.middleware import actor
from tongban.kernel.procedures.scope import sees

from . import national, sm2certificate
from .authority import authority
from .models import SealedDocument
from .verifying import CHANGED, INVALID, VALID, verify

WORDS = {
    VALID: gettext_lazy("真实有效：文件由该印章盖章，盖章后没有改动。"),
    CHANGED: gettext_lazy("盖过章，但盖章后文件有改动，请以原件为准。"),
    INVALID: gettext_lazy("不能确认：文件不是本区盖章的文书，或内容已被改动。"),
}


def check(request: HttpRequest) -> HttpResponse:
    verdict, fault = None, ""
    if request.method == "POST":
        file = request.FILES.get("file")
        fault = cut_off(request) or ("" if file else _("请选择要核验的 PDF 或 OFD 文件"))
        if not fault and file is not None and not isinstance(file, list):
            verdict = verify(file.read())
    context = {
        "verdict": verdict,
        "words": str(WORDS[verdict.answer]) if verdict else "",
        "fault": fault,
    }
    return render(request, "seals/verify.html", context, status=422 if fault else 200)


def original(request: HttpRequest, code: str) -> HttpResponse:
    """What the QR on a paper leads to: that it exists, who sealed it, when. Not its content."""
    documents = SealedDocument.objects.select_related("matter", "seal", "file")
    document = get_object_or_404(documents, code=code[:12], file__isnull=False)
    return render(request, "seals/original.html", {"document": document})


def download(request: HttpRequest, code: str) -> FileResponse:
    documents = SealedDocument.objects.select_related("matter", "file")
    document = get_object_or_404(documents, code=code[:12], file__isnull=False)
    if not sees(actor(request), document.matter):
        raise Http404
    assert document.file is not None
    return serve(document.file, f"{document.title} {document.number}.pdf")


def as_ofd(request: HttpRequest, code: str) -> FileResponse:
    """The same paper as OFD, for readers of the national format."""
    documents = SealedDocument.objects.select_related("matter", "ofd")
    document = get_object_or_404(documents, code=code[:12], ofd__isnull=False)
    if not sees(actor(request), document.matter):
        raise Http404
    assert document.ofd is not None
    return serve(document.ofd, f"{document.title} {document.number}.ofd")


def maker_certificate(request: HttpRequest) -> HttpResponse:
    """The certificate of the maker of seals (SM2), for readers of the national signatures."""
    made = sm2certificate.as_pem(national.maker_certificate())
    answer = HttpResponse(made, content_type="application/x-pem-file")
    answer["Content-Disposition"] = 'attachment; filename="tongban-sm2-root.pem"'
    return answer


def seal_certificate(request: HttpRequest, code: str) -> HttpResponse:
    """The SM2 certificate of the seal of a paper."""
    document = _signed_with_sm2(code)
    assert document.seal is not None
    der = national.certificate_in(bytes(document.seal.structure))
    if sm2certificate.is_bare(der):
        raise Http404  # of a seal from before seals had one
    return HttpResponse(sm2certificate.as_pem(der), content_type="application/x-pem-file")


def certificate(request: HttpRequest) -> HttpResponse:
    """The root certificate, for outside readers of the district's papers."""
    answer = HttpResponse(
        authority().public_bytes(Encoding.PEM), content_type="application/x-pem-file"
    )
    answer["Content-Disposition"] = 'attachment; filename="tongban-root.pem"'
    return answer


def sm2_signature(request: HttpRequest, code: str) -> HttpResponse:
    """The detached SM2 signature of a paper, for OpenSSL and other readers (DER of r and s)."""
    document = _signed_with_sm2(code)
    return HttpResponse(bytes(document.sm2_signature), content_type="application/octet-stream")


def sm2_key(request: HttpRequest, code: str) -> HttpResponse:
    """The public SM2 key of the seal of a paper."""
    document = _signed_with_sm2(code)
    assert document.seal is not None
    return HttpResponse(document.seal.sm2_public, content_type="application/x-pem-file")


def _signed_with_sm2(code: str) -> SealedDocument:
    documents = SealedDocument.objects.select_related("seal").exclude(sm2_signature=b"")
    return get_object_or_404(documents, code=code[:12])
