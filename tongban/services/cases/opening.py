"""From a filled application to a case: the item's rules are checked here for every door."""

from dataclasses import replace
from typing import Any, Protocol

from django.utils.translation import gettext as _

from tongban.kernel.files.models import Upload
from tongban.kernel.people.models import Account, Applicant
from tongban.kernel.people.roles import Role
from tongban.kernel.procedures.declare import Opening
from tongban.kernel.procedures.in_person import met, whom
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.refusals import NotNow, wrong
from tongban.kernel.procedures.taking import Taking
from tongban.services.catalogue.models import Material, ServiceItem, Source, Status
from tongban.services.catalogue.situations import Needs, UnknownAnswer, needs_of
from tongban.services.certificates import wallet
from tongban.services.certificates.models import Certificate

from .models import Case, CaseMaterial, Channel

LEVEL_TO_APPLY = 2


class Wants(Protocol):
    """What asks for answers and materials: the list of an item, or a theme."""

    def check(self, answers: dict[str, str]) -> None: ...

    def barred(self, answers: dict[str, str]) -> list[str]: ...

    def under(self, answers: dict[str, str]) -> list[Material]: ...


def open_case(taking: Taking) -> Opening:
    """Online, by the applicant."""
    item = _item(taking)
    if taking.actor.identity_level < LEVEL_TO_APPLY:
        raise NotNow(_("办理前请先完成实名核验（姓名和身份证号）"))
    return _opened(taking, item, whom(taking), Channel.ONLINE)


def open_at_counter(taking: Taking) -> Opening:
    """By a clerk of the item's unit, for somebody whose papers were looked at."""
    item = _item(taking)
    if item.unit_id not in taking.actor.units_as(Role.CLERK):
        told = {"item": item.name, "unit": item.unit.short_name}
        raise wrong("item", _("“%(item)s”由%(unit)s受理，请到该单位窗口") % told)
    return _opened(taking, item, met(taking), Channel(taking.data["channel"]))


def _item(taking: Taking) -> ServiceItem:
    rows = ServiceItem.objects.select_related("unit", "current").filter(current__isnull=False)
    item = rows.filter(implementation_code=taking.data["item"], by_application=True).first()
    if item is None:
        raise wrong("item", _("没有这个可申请的事项，请从办事指南重新进入"))
    if item.status != Status.PUBLISHED:
        raise NotNow(_("“%s”现已暂停或废止，不能申请；请看办事指南上的说明") % item.name)
    return item


def open_part(taking: Taking) -> Opening:
    """A part of one thing, with what its applicant sent for the whole."""
    data = taking.data
    applicant = Applicant.objects.get(code=data["applicant"])
    by = Account.objects.get(code=data["account"])
    opening = _opened(taking, _item(taking), applicant, Channel.ONLINE, by)
    return replace(opening, part_of=Matter.objects.get(number=data["part_of"]))


def judged(
    taking: Taking, wants: Wants, applicant: Applicant, by: Account | None = None
) -> tuple[list[Material], dict[str, Upload], dict[str, Certificate]]:
    """What is wanted under the answers, the files for it, the certificates that stand in. Raises
    what is wrong with the answers or missing. by: whose files, when not the actor's."""
    answers = taking.data["answers"]
    try:
        wants.check(answers)
    except UnknownAnswer as error:
        raise wrong("answers", str(error)) from error
    if barred := wants.barred(answers):
        raise wrong("answers", _("按您的选择不能办理：%s") % ";".join(barred))
    wanted = wants.under(answers)
    uploads = _uploads(taking, wanted, by)
    used = _certificates(taking, wanted, uploads, applicant, by)
    given = {*uploads, *used}
    missing = [m.name for m in wanted if must_be_handed_in(m) and m.name not in given]
    if missing:
        told = {"count": len(missing), "names": "、".join(missing)}
        raise wrong("uploads", _("还差 %(count)d 份材料：%(names)s") % told)
    return wanted, uploads, used


def _opened(
    taking: Taking,
    item: ServiceItem,
    applicant: Applicant,
    channel: Channel,
    by: Account | None = None,
) -> Opening:
    data = taking.data
    wanted, uploads, used = judged(taking, needs_of(item), applicant, by)
    given = {*uploads, *used}
    case = Case(
        item=item,
        version=item.current,
        channel=channel,
        subject=data.get("subject") or "",
        address=data.get("address") or "",
        town=data.get("town"),
        answers=data["answers"],
        facts=taking.form.open_facts(),
        missing=[m.name for m in wanted if may_follow(m) and m.name not in given],
        promised_days=item.promised_days,
        statutory_days=item.statutory_days,
    )
    taking.after_saving.append(lambda: _keep(case, wanted, uploads, taking, used))
    if used:
        wallet.use(taking, used, str(channel.label))
    return Opening(unit=item.unit, title=item.name, applicant=applicant, detail=case)


def _certificates(
    taking: Taking,
    wanted: list[Material],
    uploads: dict[str, Upload],
    applicant: Applicant,
    by: Account | None,
) -> dict[str, Certificate]:
    """What certificates of the applicant, or of who acts for them, stand in for: with consent."""
    if not taking.data.get("consent"):
        return {}
    missing = [m for m in wanted if m.name not in uploads]
    own = [by.applicant_id] if by and by.applicant_id else taking.actor.applicant_ids
    return wallet.instead(missing, {applicant.pk, *own})


def wanted_of(case: Case) -> list[Material]:
    """Materials of a case under its version and answers."""
    return Needs(case.version).under(case.answers)


def must_be_handed_in(material: Material) -> bool:
    """What an application cannot be sent without: not what data sharing brings, what the form
    itself is, or what may follow later (容缺受理)."""
    needed = material.required and not material.shortage_tolerant
    return needed and is_handed_in(material)


def may_follow(material: Material) -> bool:
    """A required piece without which a case may be accepted (容缺受理)."""
    return material.required and material.shortage_tolerant and is_handed_in(material)


def is_handed_in(material: Material) -> bool:
    return material.source == Source.APPLICANT and material.form != "original"


def replace_materials(taking: Taking) -> None:
    """The applicant mends what was asked: newer files stand beside the older ones."""
    wanted = wanted_of(taking.detail)
    uploads = _uploads(taking, wanted)
    taking.detail.missing = [name for name in taking.detail.missing if name not in uploads]
    taking.after_saving.append(
        lambda: _keep(taking.detail, [m for m in wanted if m.name in uploads], uploads, taking)
    )


def _uploads(
    taking: Taking, wanted: list[Material], by: Account | None = None
) -> dict[str, Upload]:
    """Uploads by material; only the person's own, only for materials the item asks for."""
    given: dict[str, Any] = taking.data.get("uploads") or {}
    unknown = set(given) - {material.name for material in wanted}
    if unknown:
        raise wrong("uploads", _("这个事项不需要“%s”，请移除后再提交") % min(unknown))
    ids = [int(v) for v in given.values() if v.isdigit() and len(v) < 18]
    account = by.pk if by else taking.actor.account_id or 0
    own = Upload.objects.filter(pk__in=ids, account_id=account)
    found = {str(upload.pk): upload for upload in own.select_related("file")}
    lost = [name for name, upload in given.items() if upload not in found]
    if lost:
        raise wrong("uploads", _("“%s”的文件没有找到，请重新上传") % lost[0])
    taking.facts["materials"] = [
        {"name": name, "digest": found[upload].file.digest} for name, upload in given.items()
    ]
    return {name: found[upload] for name, upload in given.items()}


def _keep(
    case: Case,
    wanted: list[Material],
    uploads: dict[str, Upload],
    taking: Taking,
    used: dict[str, Certificate] | None = None,
) -> None:
    CaseMaterial.objects.bulk_create(
        CaseMaterial(
            case=case,
            material=m,
            upload=uploads.get(m.name),
            certificate=(used or {}).get(m.name),
            at=taking.at,
        )
        for m in wanted
    )
