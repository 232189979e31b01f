"""Drafts of implementation lists inside a change: opened and amended."""

from typing import Any

from django.utils.translation import gettext as _

from tongban.kernel.files.models import Upload
from tongban.kernel.people.actor import Actor
from tongban.kernel.people.roles import Role
from tongban.kernel.procedures.declare import Opening
from tongban.kernel.procedures.refusals import Invalid, wrong
from tongban.kernel.procedures.taking import Taking
from tongban.kernel.units.models import Unit

from . import codes, documents
from .documents import Document
from .elements import ELEMENTS
from .form_fields import FormField
from .models import (
    CatalogueItem,
    Change,
    ChangeKind,
    ImplementationList,
    Material,
    ServiceItem,
    Status,
)
from .rules import faults_of

Lines = dict[str, dict[str, Any]]
MOST_TOLD = 60  # faults named in one answer
BECOMES = {
    ChangeKind.CREATE: Status.PUBLISHED,
    ChangeKind.RESUME: Status.PUBLISHED,
    ChangeKind.SUSPEND: Status.SUSPENDED,
    ChangeKind.ABOLISH: Status.ABOLISHED,
}


def open_change(taking: Taking) -> Opening:
    data, lines = taking.data, taking.data["lines"]
    kind = ChangeKind(data["kind"])
    if data["effective_on"] < taking.today:
        raise wrong("effective_on", _("生效日期不能早于今天，请改为今天或以后"))
    items = _new(lines) if kind == ChangeKind.CREATE else _existing(lines, kind)
    unit = _one_unit(items, taking.actor)
    wanted = _merged(items, lines)
    _refuse_faults(wanted, taking.actor)
    _refuse_busy(items)
    change = Change(
        kind=kind,
        reason=data["reason"],
        legal_basis=data["legal_basis"],
        effective_on=data["effective_on"],
        proposed_by=taking.actor.code,
        undoes=_undone(data["undoes"]),
    )
    taking.facts["lists"] = {"count": len(items), "digest": documents.digest(wanted)}
    taking.after_saving.append(lambda: _keep(change, items, wanted))
    first = next(iter(wanted.values()))["elements"]["name"]
    what = (
        first
        if len(items) == 1
        else _("%(first)s 等 %(count)d 个事项") % {"first": first, "count": len(items)}
    )
    return Opening(unit=unit, title=f"{kind.label}：{what}"[:200], detail=change)


def amend_drafts(taking: Taking) -> None:
    """Replace elements or parts of lists already in this change."""
    lines: Lines = taking.data["lines"]
    rows = taking.detail.lines.filter(item__implementation_code__in=lines).select_related("item")
    drafts = {row.item.implementation_code: row for row in rows}
    if unknown := set(lines) - set(drafts):
        raise wrong("lines", _("这次变更里没有事项 %s") % min(unknown))
    base = documents.documents(drafts.values())
    wanted = {code: documents.changed(base[row.pk], lines[code]) for code, row in drafts.items()}
    _refuse_faults(wanted, taking.actor)
    for code, row in drafts.items():
        for name, value in wanted[code]["elements"].items():
            setattr(row, name, value)
        row.situations.all().delete()
        row.materials.all().delete()
        row.variants.all().delete()
    ImplementationList.objects.bulk_update(drafts.values(), ELEMENTS, batch_size=200)
    documents.keep_parts((row, wanted[code]) for code, row in drafts.items())
    taking.facts["lists"] = {"count": len(drafts), "digest": documents.digest(wanted)}


def may_edit(actor: Actor, unit_id: int) -> bool:
    """The unit itself, or the bureau."""
    mine = actor.units_as(Role.CLERK, Role.UNIT_ADMIN, Role.TOWN_CLERK)
    return unit_id in mine or Role.OPERATOR in actor.roles or actor.is_system


def _existing(lines: Lines, kind: ChangeKind) -> dict[str, ServiceItem]:
    locked = ServiceItem.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    rows = locked.select_related("unit", "current").filter(
        implementation_code__in=lines, current__isnull=False
    )
    if kind != ChangeKind.RESUME:
        rows = rows.exclude(status=Status.ABOLISHED)
    items = {item.implementation_code: item for item in rows}
    if unknown := set(lines) - set(items):
        raise wrong("lines", _("没有事项 %s，或它已废止，请核对实施编码") % min(unknown))
    return items


def _new(lines: Lines) -> dict[str, ServiceItem]:
    try:
        found = {text: codes.implementation_code(text) for text in lines}
    except codes.BadCode as error:
        raise wrong("lines", str(error)) from error
    rows = ServiceItem.objects.select_related("unit").filter(implementation_code__in=lines)
    known = {item.implementation_code: item for item in rows}
    units = units_by_uscc()
    items = {}
    for text, code in found.items():
        if text in known and known[text].current_id:
            raise wrong("lines", _("实施编码 %s 已有事项，请改用“调整”") % text)
        if text in known:  # proposed before and withdrawn
            items[text] = known[text]
            continue
        if code.uscc not in units:
            raise wrong("lines", _("实施编码 %s 的单位不在单位名录里，请先登记单位") % text)
        items[text] = ServiceItem(
            implementation_code=text, basic_code=code.basic.text, unit=units[code.uscc]
        )
    return items


def units_by_uscc() -> dict[str, Unit]:
    return {unit.uscc: unit for unit in Unit.objects.exclude(uscc="")}


def _one_unit(items: dict[str, ServiceItem], actor: Actor) -> Unit:
    units = {item.unit for item in items.values()}
    if len(units) > 1:
        names = "、".join(sorted(unit.short_name for unit in units)[:4])
        raise wrong("lines", _("一次变更只能是一个单位的事项，这里有%s，请分单位提交") % names)
    unit = units.pop()
    if not may_edit(actor, unit.pk):
        raise wrong("lines", _("您不能变更%s的事项，可由该单位或政数局提出") % unit.short_name)
    return unit


def _merged(items: dict[str, ServiceItem], lines: Lines) -> dict[str, Document]:
    currents = [item.current for item in items.values() if item.current]
    base = documents.documents(currents)
    return {
        code: documents.changed(
            base[item.current_id] if item.current_id else documents.empty(), lines[code]
        )
        for code, item in items.items()
    }


def _refuse_faults(wanted: dict[str, Document], actor: Actor) -> None:
    found = [
        (code, field, fault)
        for code, line in wanted.items()
        for field, fault in faults_of(code, line)
    ]
    if found:
        told = [f"{code} {field}: {fault}" for code, field, fault in found[:MOST_TOLD]]
        _code, _field, first = found[0]
        raise Invalid(_("还不能提交：%(first)s") % {"first": first}, {"lines": told})
    files = {
        material[name]
        for line in wanted.values()
        for material in line["materials"]
        for name in ("sample_id", "blank_form_id")
        if material[name]
    }
    asked = {row["field"] for line in wanted.values() for row in line["elements"]["form_fields"]}
    known = FormField.objects.filter(key__in=asked).values_list("key", flat=True)
    if unknown := asked - set(known):
        raise wrong("lines", _("字段库里没有“%s”，请先由政数局登记字段") % min(unknown))
    if files - _usable(files, wanted, actor):
        raise wrong("lines", _("材料的样表或空白表没有找到，请重新上传"))


def _usable(files: set[int], wanted: dict[str, Document], actor: Actor) -> set[int]:
    """Files that the person handed in, or that these lists show already: nobody publishes a file
    of another by guessing its number. What the system decides copies what is published."""
    mine = Upload.objects.filter(file__in=files, account=actor.account_id)
    found = set(mine.values_list("file", flat=True))
    shown = Material.objects.all()
    if not actor.is_system:
        shown = shown.filter(version__item__implementation_code__in=wanted)
    for name in ("sample", "blank_form"):
        found |= set(shown.filter(**{f"{name}__in": files}).values_list(name, flat=True))
    return found


def _refuse_busy(items: dict[str, ServiceItem]) -> None:
    """One change at a time for a list: a second would overwrite what the first says."""
    drafts = ImplementationList.objects.filter(
        item__in=[i.pk for i in items.values() if i.pk], change__matter__closed_at=None
    )
    busy = drafts.filter(number=None).select_related("item", "change__matter").first()
    if busy and busy.change:
        raise wrong(
            "lines",
            _("“%(name)s”已有正在办理的变更 %(number)s，请先办完或撤回它")
            % {"name": busy.item.name or busy.name, "number": busy.change.matter.number},
        )


def _undone(number: str) -> Change | None:
    return Change.objects.filter(matter__number=number).first() if number else None


def _keep(change: Change, items: dict[str, ServiceItem], wanted: dict[str, Document]) -> None:
    made = [item for item in items.values() if item.pk is None]
    for item in made:
        for name, value in wanted[item.implementation_code]["elements"].items():
            setattr(item, name, value)
    ServiceItem.objects.bulk_create(made, batch_size=1000)
    CatalogueItem.objects.bulk_create(
        (CatalogueItem(basic_code=i.basic_code, name=i.name, kind=i.kind) for i in made),
        ignore_conflicts=True,
    )
    documents.keep(
        (
            ImplementationList(
                item=item,
                change=change,
                status=BECOMES.get(ChangeKind(change.kind), item.status),
            ),
            wanted[code],
        )
        for code, item in items.items()
    )
