"""Pages of delegation: where everything stands, its lines, how powers are used, a town's report."""

import json
import re
from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tongban.kernel.people.middleware import actor
from tongban.kernel.people.roles import Role
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.refusals import Invalid, Refusal
from tongban.kernel.procedures.taking import take
from tongban.kernel.screens.export import MOST_ROWS, attachment, spreadsheet
from tongban.kernel.screens.routes import attempt_key
from tongban.kernel.units.models import Unit

from .after_care import Reporting
from .forms import QUARTER
from .models import DelegatedItem, DelegationBatch
from .panels import COUNTS, STAGES
from .taking_back import Recovering
from .using import in_force, used

PAGE = 100


def board(request: HttpRequest) -> HttpResponse:
    """Batches and towns, each number a link to its lines."""
    batches = DelegationBatch.objects.select_related("matter").order_by("-pk")
    by_batch = _counted("batch")
    by_town = _counted("town", "batch")
    towns = Unit.objects.filter(kind=Unit.Kind.TOWN)
    context = {
        "batches": [(batch, by_batch.get((batch.pk,), {})) for batch in batches],
        "towns": [
            (town, [(b, by_town.get((town.pk, b.pk), {}).get("in_force", 0)) for b in batches])
            for town in towns
        ],
        "totals": DelegatedItem.objects.aggregate(**COUNTS),
        "may_prepare": Role.OPERATOR in actor(request).roles,
    }
    return render(request, "delegation/board.html", context)


def _counted(*by: str) -> dict[tuple[int, ...], dict[str, int]]:
    rows = DelegatedItem.objects.order_by().values(*by).annotate(**COUNTS)
    return {tuple(row[name] for name in by): row for row in rows}


def lines(request: HttpRequest) -> HttpResponse:
    """Lines by batch, town and stage: on the page, or all of them as a spreadsheet."""
    query = {n: request.GET.get(n, "")[:40] for n in ("batch", "town", "stage")}
    rows = DelegatedItem.objects.select_related("item__unit", "town", "batch", "town_item")
    if query["batch"]:
        rows = rows.filter(batch__name=query["batch"])
    if query["town"]:
        rows = rows.filter(town__code=query["town"])
    if query["stage"] in STAGES:
        rows = rows.filter(STAGES[query["stage"]])
    rows = rows.order_by("pk")
    if request.GET.get("export") == "xlsx":
        return attachment(_workbook(rows[:MOST_ROWS]), f"delegated-{timezone.localdate()}.xlsx")
    after = request.GET.get("after", "")
    total = rows.count()
    if after.isdigit():
        rows = rows.filter(pk__gt=int(after[:18]))
    shown = list(rows[: PAGE + 1])
    context = {
        "rows": shown[:PAGE],
        "next": shown[PAGE - 1].pk if len(shown) > PAGE else "",
        "total": total,
        "query": query,
        "batches": DelegationBatch.objects.values_list("name", flat=True),
        "towns": Unit.objects.filter(kind=Unit.Kind.TOWN),
        "stages": stage_words(),
    }
    return render(request, "delegation/lines.html", context)


def stage_words() -> dict[str, str]:
    return {
        "waiting": _("准备中"),
        "ready": _("就绪待生效"),
        "in_force": _("实施中"),
        "dropped": _("已移出"),
        "taken_back": _("已收回"),
    }


def _workbook(rows: QuerySet[DelegatedItem]) -> bytes:
    header = [
        *(_("批次"), _("文号"), _("事项"), _("实施编码"), _("原实施单位"), _("承接镇街")),
        *(_("镇街实施编码"), _("方式"), _("实施日期"), _("移出理由"), _("收回日期")),
    ]
    return spreadsheet(_("下放事项"), header, map(_cells, rows))


def _cells(line: DelegatedItem) -> list[Any]:
    own = line.town_item.implementation_code if line.town_item else ""
    return [
        *(line.batch.name, line.batch.document_number, line.item.name),
        *(line.item.implementation_code, line.item.unit.short_name, line.town.short_name),
        *(own, line.batch.get_kind_display(), line.in_force_on),
        *(line.dropped, line.taken_back_on),
    ]


def use(request: HttpRequest) -> HttpResponse:
    """How every power is used, the worst first; the bureau proposes what to take back."""
    person, town = actor(request), request.GET.get("town", "")[:16]
    only = request.GET.get("only", "") == "advised"
    form, faults, status = Recovering.propose.form(), [], 200
    if request.method == "POST":
        data = {**request.POST.dict(), "lines": json.dumps(request.POST.getlist("line"))}
        form = Recovering.propose.form(data)
        try:
            event = take(Recovering.propose, None, person, data, key=attempt_key(request))
            return HttpResponseRedirect(reverse("matter", args=["take_back", event.matter.number]))
        except Invalid as refusal:
            status, faults = 422, refusal.messages
        except Refusal as refusal:
            status, faults = 409, [refusal.reason]
    rows = in_force().filter(town__code=town) if town else in_force()
    found = used(rows)
    advised = [row for row in found if row.advice]
    shown = advised if only else found
    context = {
        "rows": shown[:PAGE],
        "total": len(shown),
        "advised": len(advised),
        "only": only,
        "town": town,
        "towns": Unit.objects.filter(kind=Unit.Kind.TOWN),
        "chosen": set(request.POST.getlist("line")),
        "may_propose": Role.OPERATOR in person.roles,
        "form": form,
        "faults": faults,
        "key": uuid4().hex,
    }
    return render(request, "delegation/use.html", context, status=status)


def report(request: HttpRequest) -> HttpResponse:
    """A town's quarter: a line for each of its powers."""
    person = actor(request)
    towns = person.units_as(Role.TOWN_CLERK, Role.UNIT_ADMIN)
    held = in_force().filter(town__in=towns).select_related("item__unit", "town_item")
    given = request.POST if request.method == "POST" else {}
    faults: list[str] = []
    quarter, status = request.POST.get("quarter", _last_quarter()), 200
    if request.method == "POST":
        try:
            data = {"quarter": quarter, "rows": json.dumps(_typed(request, held))}
            event = take(Reporting.report, None, person, data, key=attempt_key(request))
            return HttpResponseRedirect(reverse("matter", args=["after_care", event.matter.number]))
        except Invalid as refusal:
            status, faults = 422, refusal.messages
        except Refusal as refusal:
            status, faults = 409, [refusal.reason]
        except forms.ValidationError as error:
            status, faults = 422, list(error.messages)
    known = _cases_on_the_platform(held, quarter)
    rows = [
        (
            line,
            [
                given.get(f"{line.pk}.{place}", known.get(line.town_item_id, 0) if not place else 0)
                for place in range(3)
            ],
        )
        for line in held.order_by("item__unit", "item")
    ]
    context = {"rows": rows, "quarter": quarter, "faults": faults, "key": uuid4().hex}
    return render(request, "delegation/report_form.html", context, status=status)


def _cases_on_the_platform(held: QuerySet[DelegatedItem], quarter: str) -> dict[int | None, int]:
    """Cases closed in the quarter by the town's own item: what it need not count by hand."""
    if not re.fullmatch(QUARTER, quarter):
        return {}
    first = date(int(quarter[:4]), 3 * int(quarter[-1]) - 2, 1)
    after = date(first.year + first.month // 10, (first.month + 2) % 12 + 1, 1)
    closed = Matter.objects.filter(
        kind="case",
        case__item__in=held.values("town_item"),
        closed_at__date__gte=first,
        closed_at__date__lt=after,
    )
    return dict(closed.order_by().values_list("case__item").annotate(Count("pk")))


def _typed(request: HttpRequest, held: QuerySet[DelegatedItem]) -> dict[str, list[int]]:
    """What was typed, by the town's own code; empty means none."""
    found: dict[str, list[int]] = {}
    for line in held:
        texts = [request.POST.get(f"{line.pk}.{place}", "").strip() or "0" for place in range(3)]
        if not all(text.isascii() and text.isdigit() and len(text) < 7 for text in texts):
            raise forms.ValidationError(
                _("“%s”的办件、复议、败诉要填 0 以上的整数") % line.item.name
            )
        assert line.town_item is not None
        found[line.town_item.implementation_code] = [int(text) for text in texts]
    return found


def _last_quarter() -> str:
    today = timezone.localdate()
    quarter = (today.month - 1) // 3
    return f"{today.year}Q{quarter}" if quarter else f"{today.year - 1}Q4"
