"""What the steps of a batch do: its lines, its consultations, the towns, the towns' own lists."""

from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tongban.kernel.people.acting import unit_as
from tongban.kernel.people.actor import the_system
from tongban.kernel.people.roles import Role
from tongban.kernel.procedures.declare import Opening
from tongban.kernel.procedures.refusals import wrong
from tongban.kernel.procedures.taking import Taking, take
from tongban.kernel.units.models import Unit
from tongban.services.catalogue import documents
from tongban.services.catalogue.models import ChangeKind, ServiceItem, Status
from tongban.services.catalogue.procedure import Publishing
from tongban.services.consultation import asking

from .forms import Wanted
from .models import DelegatedItem, DelegationBatch

TOWN_LEVEL = "5"  # exercising level of a town in an implementation code
DAYS_TO_ANSWER = 10


def open_batch(taking: Taking) -> Opening:
    data = taking.data
    if DelegationBatch.objects.filter(name=data["name"]).exists():
        raise wrong("name", _("已有“%s”，请换一个批次名") % data["name"])
    batch = DelegationBatch(
        **{name: data[name] for name in ("name", "kind", "legal_basis", "effective_on")},
        prepared_by=taking.actor.code,
    )
    lines = lines_of(data["lines"])
    _refuse_those_with_towns(lines)

    def keep() -> None:
        for line in lines:
            line.batch = batch
        DelegatedItem.objects.bulk_create(lines, batch_size=1000)

    taking.after_saving.append(keep)
    title = _("%(batch)s%(kind)s镇街事项") % {"batch": batch.name, "kind": batch.get_kind_display()}
    return Opening(
        unit=unit_as(taking.actor, Role.OPERATOR), title=f"{title}（{len(lines)}）", detail=batch
    )


def lines_of(wanted: Wanted) -> list[DelegatedItem]:
    """Lines for what is asked, each item once a town. Raises Invalid naming row and cure."""
    codes = {row["implementation_code"] for row in wanted}
    found = ServiceItem.objects.filter(implementation_code__in=codes).select_related("unit")
    items = {item.implementation_code: item for item in found}
    towns = {unit.code: unit for unit in Unit.objects.filter(kind=Unit.Kind.TOWN)}
    lines: dict[tuple[str, str], DelegatedItem] = {}
    for number, row in enumerate(wanted, start=1):
        code, town = row["implementation_code"], row["to_town"]
        if fault := fault_of(items.get(code), towns.get(town), code, town):
            raise wrong("lines", _("第 %(row)d 行：%(fault)s") % {"row": number, "fault": fault})
        if (code, town) in lines:
            raise wrong(
                "lines",
                _("第 %(row)d 行：%(code)s 给 %(town)s 列了两次，请删去一行")
                % {"row": number, "code": code, "town": towns[town].short_name},
            )
        lines[code, town] = DelegatedItem(item=items[code], town=towns[town])
    return list(lines.values())


def fault_of(item: ServiceItem | None, town: Unit | None, code: str, place: str) -> str:
    """What is wrong with one row, in words with the cure; empty when it is good."""
    if item is None:
        return _("没有实施编码 %s 的事项，请核对") % code
    if item.status != Status.PUBLISHED:
        return _("“%s”没有发布，先发布再下放") % item.name
    if item.unit.kind != Unit.Kind.DEPARTMENT:
        return _("“%(name)s”是%(unit)s的事项，只有部门的事项可以下放") % {
            "name": item.name,
            "unit": item.unit.short_name,
        }
    if town is None:
        return _("“%s”不是镇街代码，请看单位名录") % place
    return ""


def _refuse_those_with_towns(lines: list[DelegatedItem]) -> None:
    live = DelegatedItem.objects.filter(taken_back_on=None, dropped="")
    held = live.filter(item__in={line.item_id for line in lines})
    batches = {(row.item_id, row.town_id): row.batch.name for row in held.select_related("batch")}
    for number, line in enumerate(lines, start=1):
        if batch := batches.get((line.item_id, line.town_id)):
            raise wrong(
                "lines",
                _("第 %(row)d 行：“%(name)s”已在%(batch)s交给%(town)s，请删去")
                % {
                    "row": number,
                    "name": line.item.name,
                    "batch": batch,
                    "town": line.town.short_name,
                },
            )


def points(lines: QuerySet[DelegatedItem]) -> dict[str, asking.Points]:
    """Department → what it is asked about, one point an item with the towns it goes to."""
    towns: dict[ServiceItem, list[str]] = {}
    for line in lines.select_related("item__unit", "town").order_by("item", "town"):
        towns.setdefault(line.item, []).append(line.town.short_name)
    found: dict[str, asking.Points] = {}
    for item, names in towns.items():
        point = {"key": item.implementation_code, "title": f"{item.name} → {'、'.join(names)}"}
        found.setdefault(item.unit.code, []).append(point)
    return found


def consult_departments(taking: Taking) -> None:
    question = _("拟将下列事项%(kind)s镇街，请就放得下、接得住、管得好提出意见") % {
        "kind": taking.detail.get_kind_display()
    }
    asking.ask(taking, points(taking.detail.lines.filter(dropped="")), question, DAYS_TO_ANSWER)


def conclude(taking: Taking) -> None:
    """Objections adopted take the items out; those not adopted must be answered."""
    against = {
        code: opinion.matter.unit.short_name
        for opinion in asking.opinions(taking.matter)
        for code in opinion.objected()
    }
    if against and not taking.data["adopt"] and not taking.data["handling"]:
        raise wrong("handling", _("有不同意见没有采纳，请写明理由"))
    taking.detail.handling = taking.data["handling"]
    if not taking.data["adopt"]:
        return
    for line in taking.detail.lines.filter(item__implementation_code__in=against, dropped=""):
        line.dropped = _("%s不同意") % against[line.item.implementation_code]
        line.save(update_fields=["dropped"])
    if not taking.detail.lines.filter(dropped="").exists():
        raise wrong("adopt", _("全部事项都会移出，请改为终止本批"))


def give_town_lists(taking: Taking) -> None:
    """Every line that is ready gets the town's own list, in force from today."""
    batch: DelegationBatch = taking.detail
    ready = batch.lines.filter(in_force_on=None, dropped="", ready_on__lte=taking.today)
    lines = list(ready.select_related("item__unit", "item__current", "town"))
    taking.facts["lists"] = len(lines)
    taking.after_saving.append(partial(_give, batch, lines, taking))


def _give(batch: DelegationBatch, lines: list[DelegatedItem], taking: Taking) -> None:
    by_town: dict[Unit, list[DelegatedItem]] = {}
    for line in lines:
        by_town.setdefault(line.town, []).append(line)
    why = {
        "reason": f"{batch.name}{batch.get_kind_display()}",
        "legal_basis": f"{batch.legal_basis} {batch.document_number}".strip(),
    }
    for town, of_town in by_town.items():
        _publish(town, of_town, why, taking)
    codes = {town_code(line): line for line in lines}
    for item in ServiceItem.objects.filter(implementation_code__in=codes):
        codes[item.implementation_code].town_item = item
        codes[item.implementation_code].in_force_on = taking.today
    DelegatedItem.objects.bulk_update(lines, ["town_item", "in_force_on"], batch_size=500)


def _publish(town: Unit, lines: list[DelegatedItem], why: dict[str, Any], taking: Taking) -> None:
    """New lists are created; a list that was taken back before is brought to life again."""
    wanted = documents.documents([line.item.current for line in lines if line.item.current])
    asked = {town_code(line): wanted[line.item.current_id or 0] for line in lines}
    known = set(
        ServiceItem.objects.filter(
            implementation_code__in=asked, current__isnull=False
        ).values_list("implementation_code", flat=True)
    )
    for kind, codes in (
        (ChangeKind.CREATE, asked.keys() - known),
        (ChangeKind.RESUME, known),
    ):
        if codes:
            decide(taking, {**why, "kind": kind.value, "lines": {c: asked[c] for c in codes}})


def decide(taking: Taking, change: dict[str, Any]) -> None:
    """A change of lists that this matter has decided: in force with the step itself."""
    system, code = the_system(), min(change["lines"])
    key = f"{taking.matter.number}:{taking.matter.head_seq}:{change['kind']}:{code}"
    data = {"effective_on": taking.today, **change}
    made = take(Publishing.decide, None, system, data, key=key, at=taking.at).matter
    take(Publishing.take_effect, made, system, key=f"effect:{made.number}", at=taking.at)


def town_code(line: DelegatedItem) -> str:
    """The town's implementation code of a power: its own credit code, level 5, the basic code."""
    return f"{line.town.uscc}{TOWN_LEVEL}{line.item.basic_code}"
