"""Defects of guides: found every night, listed with the unit that owns them (办事指南准确度)."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from tongban.kernel.files.models import StoredFile
from tongban.kernel.files.store import is_there

from .documents import Document, documents
from .models import Defect, ImplementationList, Material, RepealedLaw, Source
from .versions import in_force, published_on

BATCH = 1000
FILES = ("sample", "blank_form")
NEEDED = (
    *("legal_basis", "conditions", "result", "result_kind", "telephone", "complaint_telephone"),
    *("steps", "commitment", "online_depth", "delivery", "place"),
)
KINDS = {
    "missing": _("缺少要素"),
    "over_statutory": _("承诺时限超过法定时限"),
    "fee_without_basis": _("收费没有依据"),
    "instant_takes_days": _("即办件承诺超过 1 个工作日"),
    "duplicate": _("与另一份清单重名而内容矛盾"),
    "shared_elsewhere": _("别的部门已共享的材料仍要求提交"),
    "law_repealed": _("依据的法律已废止"),
    "dead_step": _("有环节走不到"),
    "dead_attachment": _("样表或空白表打不开"),
    "bookable_outside": _("不在大厅却可预约"),
}


def look(at: datetime) -> int:
    """Look at every published list again; what is mended is gone. Returns how many defects."""
    today = timezone.localdate(at)
    lists = ImplementationList.objects.filter(published_on(today), by_application=True)
    repealed = set(RepealedLaw.objects.values_list("name", flat=True))
    shared = _shared_materials(today)
    twins, dead = _twins(lists), _dead_files(lists)
    found: list[Defect] = []
    rows = list(lists.select_related("item").order_by("pk"))
    for first in range(0, len(rows), BATCH):
        batch = rows[first : first + BATCH]
        held = documents(batch)
        for row in batch:
            told = list(_defects(held[row.pk], repealed, shared, dead))
            if row.pk in twins:
                told.append(("duplicate", twins[row.pk]))
            found += [
                Defect(version=row, unit_id=row.item.unit_id, kind=kind, what=what)
                for kind, what in told
            ]
    with transaction.atomic():
        _keep(found, at)
    return len(found)


def _keep(found: list[Defect], at: datetime) -> None:
    """Known ones keep the day they were first seen."""
    seen = {
        (version, kind, what): since
        for version, kind, what, since in Defect.objects.values_list(
            "version", "kind", "what", "since"
        )
    }
    for defect in found:
        defect.since = seen.get((defect.version_id, defect.kind, defect.what), at)
    Defect.objects.all().delete()
    Defect.objects.bulk_create(found, batch_size=2000)


def _defects(
    held: Document, repealed: set[str], shared: dict[str, str], dead: set[int]
) -> Iterator[tuple[str, str]]:
    elements = held["elements"]
    for name in NEEDED:
        if elements[name] in ("", [], None):
            yield "missing", name
    statutory, promised = elements["statutory_days"], elements["promised_days"]
    if statutory is not None and promised is not None and promised > statutory:
        yield "over_statutory", f"{promised} > {statutory}"
    if elements["commitment"] == "instant" and (promised or 0) > 1:
        yield "instant_takes_days", str(promised)
    if elements["fee_yuan"] and not elements["fee_basis"]:
        yield "fee_without_basis", str(elements["fee_yuan"])
    if elements["bookable"] and not elements["in_hall"] and elements["visits"]:
        yield "bookable_outside", ""
    for basis in elements["legal_basis"]:
        if basis["law"] in repealed:
            yield "law_repealed", basis["law"]
    for step in _unreached(elements["steps"]):
        yield "dead_step", step
    for material in held["materials"]:
        if material["source"] == Source.APPLICANT and material["name"] in shared:
            yield "shared_elsewhere", f"{material['name']}（{shared[material['name']]}）"
        if dead & {material[f"{name}_id"] for name in FILES}:
            yield "dead_attachment", material["name"]


def _dead_files(lists: Any) -> set[int]:
    """Samples and blank forms whose content is gone or cut short."""
    rows = Material.objects.filter(version__in=lists)
    used = {pk for name in FILES for pk in rows.values_list(name, flat=True).distinct() if pk}
    return {file.pk for file in StoredFile.objects.filter(pk__in=used) if not is_there(file)}


def _unreached(steps: list[dict[str, Any]]) -> list[str]:
    """Steps whose forerunners are not all reached, from those that have none."""
    reached: set[str] = set()
    while True:
        more = {
            step["name"]
            for step in steps
            if step["name"] not in reached and set(step.get("after", [])) <= reached
        }
        if not more:
            return [step["name"] for step in steps if step["name"] not in reached]
        reached |= more


def _shared_materials(on: date) -> dict[str, str]:
    """Materials that data sharing brings somewhere, and a unit where it does."""
    rows = ImplementationList.objects.filter(in_force(on), materials__source=Source.DATA_SHARING)
    return dict(rows.values_list("materials__name", "item__unit__short_name"))


def _twins(lists: Any) -> dict[int, str]:
    """Lists of one unit with one name that promise different days."""
    seen: dict[tuple[int, str], tuple[int, Any, str]] = {}
    found: dict[int, str] = {}
    columns = ("pk", "item__unit", "name", "promised_days", "item__implementation_code")
    for pk, unit, name, promised, code in lists.values_list(*columns).order_by("pk"):
        first = seen.setdefault((unit, name), (pk, promised, code))
        if first[0] != pk and first[1] != promised:
            found[pk] = first[2]
    return found


@app.periodic(cron="20 2 * * *")
@app.task(name="look_at_guides", queueing_lock="look_at_guides")
def nightly(timestamp: int) -> None:
    look(timezone.now())
