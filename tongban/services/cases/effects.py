"""Guards and effects of the steps of a case: what forbids one now, and what it writes down."""

from decimal import Decimal
from functools import partial

from django.utils.translation import gettext as _

from tongban.kernel.people.actor import Actor, the_system
from tongban.kernel.people.models import Account
from tongban.kernel.procedures.clockwork import Limits
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.numbering import next_in_year
from tongban.kernel.procedures.taking import Taking, take
from tongban.services.certificates.models import Certificate
from tongban.services.certificates.procedure import Holding

from . import actions, examination, letters
from .models import Keeping


def limits(taking: Taking) -> Limits:
    """The days that applied when the application was made."""
    return Limits(taking.detail.promised_days, taking.detail.statutory_days)


def asked_once(matter: Matter, actor: Actor) -> str:
    if matter.detail.asked_for_corrections:
        return _("已经一次性告知过补正，不能再次要求；请受理或不予受理（行政许可法 第三十二条）")
    return ""


def extended_once(matter: Matter, actor: Actor) -> str:
    if matter.detail.extended:
        return _("已经延长过一次，不能再延长（行政许可法 第四十二条）")
    return ""


def note_corrections(taking: Taking) -> None:
    taking.detail.asked_for_corrections = True
    taking.detail.corrections = taking.data["corrections"]
    taking.detail.correct_days = taking.data["days"] or examination.DAYS_TO_CORRECT


def delivered_once(matter: Matter, actor: Actor) -> str:
    return _("已经送达") if matter.detail.delivered_on else ""


def note_delivery(taking: Taking) -> None:
    taking.detail.delivered_on, taking.detail.waybill = taking.today, taking.data["waybill"]


def flag(taking: Taking) -> None:
    taking.detail.urgent = True


def not_urgent_yet(matter: Matter, actor: Actor) -> str:
    return _("已经加急") if matter.detail.urgent else ""


def pre_reviewed_once(matter: Matter, actor: Actor) -> str:
    return _("已经预审过，请受理、补正或不予受理") if matter.detail.pre_reviewed else ""


def note_pre_review(taking: Taking) -> None:
    taking.detail.pre_reviewed = True
    taking.facts["told"] = {"opinion": taking.data["opinion"]}


def charged_once(matter: Matter, actor: Actor) -> str:
    if not matter.detail.version.fee_yuan:
        return _("这个事项的实施清单没有列收费，不能收费（行政许可法 第五十八条）")
    return _("已经收过费") if matter.detail.fee_receipt else ""


def note_charge(taking: Taking) -> None:
    """What the item's list says, and nothing else (行政许可法 第五十八、五十九条)."""
    case = taking.detail
    case.fee, case.fee_days = Decimal(case.version.fee_yuan), taking.data["days"]
    basis = {"amount": str(case.fee), "basis": case.version.fee_basis, "days": case.fee_days}
    taking.facts["told"] = taking.facts["charged"] = basis


def note_payment(taking: Taking) -> None:
    taking.detail.fee_receipt = taking.data["receipt"]


def note_checks(taking: Taking) -> None:
    """What was said of a material stays until it is said anew."""
    taking.detail.checked = {**taking.detail.checked, **taking.data["checks"]}


def filed_once(matter: Matter, actor: Actor) -> str:
    number = matter.detail.archive_number
    return _("已经归档，档号 %s") % number if number else ""


def file_away(taking: Taking) -> None:
    """The number of the file: unit, year, keeping, and the next in that row (DA/T 22)."""
    unit, year, keeping = taking.matter.unit.code, taking.today.year, taking.data["keeping"]
    row = {Keeping.TEN: "D10", Keeping.THIRTY: "D30", Keeping.FOR_EVER: "Y"}[Keeping(keeping)]
    serial = next_in_year(f"archive:{unit}:{row}", year)
    taking.detail.archive_number = f"{unit}-WS·{year}-{row}-{serial:04d}"


def hold_paper(taking: Taking) -> None:
    """From whoever had it to the one who scans it now."""
    case = taking.detail
    before = Account.objects.filter(pk=case.paper_with_id).values_list("code", flat=True).first()
    taking.facts["paper"] = {"from": before or "", "to": taking.actor.code}
    case.paper_with_id, case.paper_at = taking.actor.account_id, taking.at
    case.paper_place = taking.data["place"]


def note_transfer(taking: Taking) -> None:
    taking.detail.sent_to = taking.data["sent_to"]


def note_extension(taking: Taking) -> None:
    taking.detail.extended = True


def make_certificate(taking: Taking) -> None:
    """The licence on paper, and the same as a certificate that the holder can use from now on.
    One that the case was about, to end or to replace it, is in force no more."""
    matter, case, number = taking.matter, taking.detail, taking.data["number"]
    if actions.ends(matter.title) or actions.replaces(matter.title):
        _end_former(taking)
    if actions.ends(matter.title):
        return
    granted = matter.events.filter(step="grant").latest("seq")
    case.certificate_number, case.valid_until = number, letters.last_day(granted)
    if matter.applicant is None or not matter.unit.uscc or case.valid_until < taking.today:
        return
    data = {
        "holder": matter.applicant.code,
        "unit": matter.unit.code,
        "type": letters.licence_name(matter)[:60],
        "number": number,
        "valid_from": taking.today,
        "valid_until": case.valid_until,
        "granted_in": matter.number,
        "facts": {key: str(value) for key, value in case.facts.items()},
    }
    issuing = partial(take, Holding.issue, None, the_system(), data)
    taking.after_saving.append(partial(issuing, key=f"issue:{matter.number}", at=taking.at))


def _end_former(taking: Taking) -> None:
    former = _former(taking.matter)
    if former:
        data = {"case": taking.matter.number, "reason": taking.matter.title}
        key = f"give_up:{former.pk}:{taking.matter.number}"
        ending = partial(take, Holding.give_up, former.matter.number, the_system(), data)
        taking.after_saving.append(partial(ending, key=key, at=taking.at))


def _former(matter: Matter) -> Certificate | None:
    """The one of this name about the same business, or about none that is named; not when there
    are several."""
    rows = Certificate.objects.filter(
        matter__applicant=matter.applicant_id,
        type__unit=matter.unit_id,
        type__name=letters.licence_name(matter)[:60],
        matter__closed_at=None,
    )
    held = list(rows.select_related("matter"))
    subject = matter.detail.subject or matter.detail.facts.get("subject", "")
    named = {one: one.facts.get("subject", "") for one in held}
    same = [one for one in held if named[one] == subject]
    unnamed = [one for one in held if not (subject and named[one])]
    found = same or unnamed
    return found[0] if len(found) == 1 else None
