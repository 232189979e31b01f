"""The statutory documents of a case: which template, and what it is told."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.db.models import Q

from tongban.kernel.ledger.models import Event
from tongban.kernel.ledger.personal import read
from tongban.kernel.procedures.declare import Document
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.signature import as_svg
from tongban.kernel.procedures.taking import CHINA
from tongban.services.seals.making import chinese_date
from tongban.services.seals.models import SealedDocument

from . import actions
from .models import Keeping

LETTERS = Path(__file__).parent / "letters"


def _reason(matter: Matter, event: Event) -> dict[str, Any]:
    form = event.facts.get("form", {})
    return {"reason": form.get("reason", ""), "days": form.get("days", ""), **_dates(matter, event)}


def _dates(matter: Matter, event: Event) -> dict[str, Any]:
    return {
        "received": chinese_date(matter.opened_at.astimezone(CHINA).date()),
        "due": chinese_date(matter.due_on),
        "statutory": chinese_date(matter.statutory_due_on),
        "about": ",".join(filter(None, (matter.detail.subject, matter.detail.address))),
        "subject": matter.detail.subject,
        "address": matter.detail.address,
    }


def signature_of(event: Event) -> str:
    """What was written by hand at this step, as SVG; empty when nothing was, or it is erased."""
    path = read(event).get("signature", "")
    return as_svg(path) if path else ""


def _corrections(matter: Matter, event: Event) -> dict[str, Any]:
    return {"parts": event.facts["form"]["corrections"].splitlines()}


def _pause(matter: Matter, event: Event) -> dict[str, Any]:
    clock = event.facts["clock"]
    return {"rule": clock["rule"], "days": clock["told_days"]}


def _licence(matter: Matter, event: Event) -> dict[str, Any]:
    ending = licence_name(matter) if actions.ends(matter.title) else ""
    until = chinese_date(last_day(event))
    return {**_dates(matter, event), "valid_until": until, "ending": ending}


def last_day(granted: Event) -> date:
    """Of a licence, from the step that granted it."""
    years = granted.facts["form"]["years"]
    day = granted.at.astimezone(CHINA).date()
    return day.replace(year=day.year + years, day=min(day.day, 28)) - timedelta(days=1)


ACCEPTANCE = Document("acceptance", "受理通知书", "受", LETTERS / "acceptance.typ", _dates)


def _receipt(matter: Matter, event: Event) -> dict[str, Any]:
    """What was handed in, piece by piece, and what may follow."""
    rows = matter.detail.materials.select_related("material", "upload")
    return {
        **_dates(matter, event),
        "query_code": matter.query_code,
        "pieces": [row.material.name for row in rows if row.upload_id],
        "missing": matter.detail.missing,
        "signature": signature_of(event),
    }


RECEIPT = Document("receipt", "收件凭证", "收", LETTERS / "receipt.typ", _receipt)
CORRECTIONS = Document(
    "corrections", "补正材料一次性告知书", "补", LETTERS / "corrections.typ", _corrections
)
NON_ACCEPTANCE = Document(
    "non_acceptance", "不予受理通知书", "不受", LETTERS / "non_acceptance.typ", _reason
)
PAUSE = Document("pause", "特别程序告知书", "特", LETTERS / "pause.typ", _pause)
EXTENSION = Document("extension", "延长办理期限告知书", "延", LETTERS / "extension.typ", _reason)
REFUSAL = Document("refusal", "不予行政许可决定书", "不许", LETTERS / "refusal.typ", _reason)


def _delivery(matter: Matter, event: Event) -> dict[str, Any]:
    """What was handed over: the papers that decided, of one thing those of all its parts."""
    form = event.facts["form"]
    made = SealedDocument.objects.filter(Q(matter=matter) | Q(matter__part_of=matter))
    papers = made.filter(kind__in=("licence", "refusal")).order_by("pk")
    return {
        "papers": [f"{paper.title} {paper.number}" for paper in papers],
        "how": {"post": "邮寄", "counter": "窗口领取"}[form["how"]],
        "waybill": form.get("waybill", ""),
        "received_by": read(event).get("received_by", ""),
        "signature": signature_of(event),
        "day": chinese_date(event.at.astimezone(CHINA).date()),
    }


def _cover(matter: Matter, event: Event) -> dict[str, Any]:
    """The list of what is in the file (归档文件整理规则 DA/T 22)."""
    papers = matter.documents.exclude(event=event).order_by("pk")
    materials = matter.detail.materials.select_related("material").order_by("pk")
    names = list(dict.fromkeys(row.material.name for row in materials))
    form = event.facts["form"]
    assert matter.closed_at is not None  # only what has ended is filed
    return {
        **_dates(matter, event),
        "archive_number": matter.detail.archive_number,
        "keeping": str(Keeping(form["keeping"]).label),
        "place": form.get("place", ""),
        "closed": chinese_date(matter.closed_at.astimezone(CHINA).date()),
        "result": str(matter.stands_in.title),
        "papers": [[paper.title, paper.number] for paper in papers],
        "materials": names,
        "events": matter.head_seq,
    }


DELIVERY = Document("delivery", "送达回证", "送", LETTERS / "delivery.typ", _delivery)
COVER = Document("archive_cover", "归档文件目录", "档", LETTERS / "cover.typ", _cover)


def licence_name(matter: Matter) -> str:
    """食品经营许可-新办 gives 食品经营许可证."""
    return matter.title.partition("-")[0].removesuffix("证") + "证"


def licence_title(matter: Matter) -> str:
    """What is made on grant: the licence, or the decision that ends one."""
    return "准予注销决定书" if actions.ends(matter.title) else licence_name(matter)


LICENCE = Document("licence", "许可证", "许", LETTERS / "licence.typ", _licence, licence_title)
