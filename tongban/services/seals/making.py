"""The job that makes a step's statutory document: number, paper, seal, store, next step."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone, translation

from tongban.kernel.files.store import keep
from tongban.kernel.ledger.models import Event
from tongban.kernel.people.actor import the_system
from tongban.kernel.procedures.after import work
from tongban.kernel.procedures.declare import Document
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.numbering import next_in_year
from tongban.kernel.procedures.taking import CHINA, take
from tongban.kernel.units.models import Unit

from . import national, ofd, ofd_signing
from .authorising import authorised
from .models import Seal, SealedDocument
from .signing import seal_pdf
from .typesetting import typeset
from .versions import template_of

MADE = ("seal", "file", "ofd", "sm2_signature", "made_at", "template")
OFD = "application/ofd"


class NoSeal(Exception):
    """No seal may be used for the paper now; it is made once one may."""


@work("document")
def make_document(matter: Matter, event: Event) -> None:
    """Made once for one event, however often it is tried; the step is taken by its own key."""
    step = matter.procedure.steps[event.step]
    assert step.document is not None
    with translation.override("zh-hans"):
        document = _numbered(matter, event, step.document)
        if document.file_id is None:
            _make(document, matter, event, step.document)
    assert document.file is not None
    facts = {
        "name": document.title,
        "number": document.number,
        "digest": document.file.digest,
        "for_event": event.seq,
    }
    then = matter.procedure.steps[step.then]
    take(then, matter, the_system(), facts, key=f"document:{document.code}")


def _numbered(matter: Matter, event: Event, kind: Document) -> SealedDocument:
    with transaction.atomic():
        with connection.cursor() as cursor:  # of two jobs for one event, one waits
            cursor.execute("select pg_advisory_xact_lock(%s)", [event.pk])
        found = SealedDocument.objects.filter(event=event).select_related("file", "seal").first()
        if found:
            return found
        today = event.at.astimezone(CHINA).date()
        sequence = next_in_year(f"{matter.unit.code}:{kind.word}", today.year)
        return SealedDocument.objects.create(
            matter=matter,
            event=event,
            kind=kind.code,
            title=kind.title_for(matter),
            number=f"湛开{matter.unit.short_name}{kind.word}〔{today.year}〕{sequence}号",
        )


def seal_of(unit: Unit, document: SealedDocument, kind: Document, by: str) -> Seal | None:
    """The unit's seal that may be used for this paper now, made by the step of `by`. Raises NoSeal
    when the paper needs one; it then waits, with its number, until one may be used."""
    now = timezone.now()
    seals = [seal for seal in Seal.objects.filter(unit=unit).order_by("code") if seal.covers(now)]
    allowed = [seal for seal in seals if authorised(seal, document, by, timezone.localdate(now))]
    found = next((seal for seal in allowed if seal.in_force_at(now)), None)
    if found or kind.unsealed:
        return found
    if not seals:
        raise NoSeal(f"{unit.name} 还没有登记电子印章，请先登记再重试")
    if not allowed:
        raise NoSeal(f"{unit.name} 的印章没有授权用于“{document.title}”，请单位管理员授权用印")
    raise NoSeal(f"{unit.name} 的印章已停用，恢复后自动补盖")


def _make(document: SealedDocument, matter: Matter, event: Event, kind: Document) -> None:
    seal = document.seal = seal_of(matter.unit, document, kind, event.actor)
    document.template = template_of(kind.source)
    plain = _typeset(document, matter, event, kind)
    pdf, now = plain, timezone.now()
    if seal:
        pdf = seal_pdf(plain, seal, now, reason=str(document))
        document.sm2_signature = national.sign(seal, pdf)
    stored = keep([pdf], f"{document.number}.pdf")
    document.ofd = keep([_as_ofd(document, plain, seal, now)], f"{document.number}.ofd", OFD)
    with transaction.atomic():  # the paper and the use of the seal are counted together, once
        rows = SealedDocument.objects.select_for_update(no_key=True).filter(
            pk=document.pk, file=None
        )
        if not rows.exists():  # another job was faster
            document.refresh_from_db()
            return
        document.file, document.made_at = stored, now
        document.save(update_fields=MADE)
        if seal:
            Seal.objects.filter(pk=seal.pk).update(uses=F("uses") + 1)


def _typeset(
    document: SealedDocument, matter: Matter, event: Event, kind: Document, **more: Any
) -> bytes:
    address = f"{settings.PUBLIC_ADDRESS}/verify/{document.code}/"
    facts = {**_common(document, matter, event.at), **kind.facts(matter, event), **more}
    return typeset(kind.source, facts, address)


def _as_ofd(document: SealedDocument, plain: bytes, seal: Seal | None, at: datetime) -> bytes:
    package = ofd.package_of(plain, str(document), document.code, at)
    if seal:
        ofd_signing.sign(package, seal, at)
    return package.packed()


def draft(matter: Matter, event: Event, kind: Document) -> bytes:
    """The paper of an event without its number and its seal, marked as a draft."""
    document = SealedDocument(title=kind.title_for(matter), number="〔预览〕", code="预览")
    return _typeset(document, matter, event, kind, draft=True)


def _common(document: SealedDocument, matter: Matter, at: datetime) -> dict[str, Any]:
    day = at.astimezone(CHINA).date()
    applicant = matter.applicant
    return {
        "title": document.title,
        "number": document.number,
        "code": document.code,
        "matter": matter.number,
        "item": matter.title,
        "applicant": applicant.name if applicant else "",
        "unit": matter.unit.name,
        "date": chinese_date(day),
    }


def chinese_date(day: Any) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""
