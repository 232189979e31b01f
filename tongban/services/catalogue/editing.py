"""Changing lists by hand: the editor of one item, and one field of many items at once."""

from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.db import transaction
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    QueryDict,
)
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from tongban.kernel.files.receiving import cut_off
from tongban.kernel.files.store import Refused
from tongban.kernel.ledger.models import Event
from tongban.kernel.people.actor import Actor
from tongban.kernel.people.middleware import actor
from tongban.kernel.people.models import Account
from tongban.kernel.procedures.refusals import Invalid, NotNow, Refusal
from tongban.kernel.procedures.taking import take
from tongban.kernel.screens.routes import attempt_key, told

from . import courses, documents
from .desk import seen_change
from .drafting import may_edit
from .editor import ElementsForm, Papers, changes_of, part_rows
from .elements import element
from .forms import Why
from .listing import Filters
from .models import Change, ChangeKind, ImplementationList, ServiceItem, Status
from .panel import previous
from .procedure import Publishing

MOST_BULK = 5000
BULK_FIELDS = (
    *("promised_days", "statutory_days", "commitment", "visits", "online_depth", "bookable"),
    *("in_hall", "on_kiosk", "district_wide", "cross_city", "telephone", "complaint_telephone"),
    *("place", "delivery", "fee_yuan", "fee_basis", "conditions"),
)


class WhyForm(Why):
    """Its names are its own: a list has a kind and a legal basis, too."""

    prefix = "why"
    kind = forms.ChoiceField(label=gettext_lazy("变更类型"), choices=ChangeKind.choices[1:])
    field_order = ("kind",)


def edit(request: HttpRequest, code: str) -> HttpResponse:
    """The editor: proposes a change, or amends the draft that is open for this item."""
    rows = ServiceItem.objects.select_related("unit", "current")
    item = get_object_or_404(rows.exclude(current=None), implementation_code=code[:31])
    if not may_edit(actor(request), item.unit_id):
        words = _("这个事项可由%s的工作人员和政数局变更") % item.unit
        return told(request, _("您不能变更这个事项"), words, 404)
    draft = _open_draft(item)
    version = draft or item.current
    assert version is not None
    base = documents.document(version)
    shown = courses.filled(base, request.GET.get("course", ""))
    form = ElementsForm(request.POST or None, document=shown)
    why = None if draft else WhyForm(request.POST or None, initial=_from_today())
    faults = [fault] if (fault := cut_off(request)) else []
    assert isinstance(request.user, Account)
    ready = request.method == "POST" and not faults and form.is_valid()
    if ready and (why is None or why.is_valid()):
        try:
            papers = Papers(request.FILES, request.user)
            changes = {code: changes_of(form, request.POST, base, papers)}
            number = _keep(request, draft, changes, why)
            return HttpResponseRedirect(reverse("matter", args=["item_change", number]))
        except Invalid as refusal:
            faults = refusal.messages
        except Refusal as refusal:
            faults = [refusal.reason]
        except Refused as refused:
            faults = [str(refused)]
    context = {
        "item": item,
        "draft": draft,
        "form": form,
        "courses": [(key, one.title) for key, one in courses.COURSES.items()],
        "course": courses.course_of(shown["elements"]["steps"]),
        "why": why,
        "faults": faults,
        "parts": part_rows(request.POST if request.method == "POST" else None, base),
        "key": uuid4().hex,
    }
    return render(
        request, "catalogue/edit.html", context, status=422 if request.method == "POST" else 200
    )


def lines(request: HttpRequest, number: str) -> HttpResponse:
    """The lists of a change that can still be amended, each leading to the editor."""
    change = seen_change(request, number)
    rows = change.lines.select_related("item").order_by("item__implementation_code")
    only = list(rows[:2])
    if len(only) == 1:
        code = only[0].item.implementation_code
        return HttpResponseRedirect(reverse("item_edit", args=[code]))
    return render(request, "catalogue/lines.html", {"change": change, "rows": rows[:MOST_BULK]})


def bulk(request: HttpRequest) -> HttpResponse:
    """One field of many items: chosen by hand or by filter, proposed as one change a unit."""
    rows, query = _selected(request)
    count = rows.count()
    if not count:
        raise Http404(_("没有选中事项，请先在列表里勾选或筛选"))
    why = WhyForm(request.POST if "field" in request.POST else None, initial=_from_today())
    field = request.POST.get("field", BULK_FIELDS[0])
    value = request.POST.get("value", "").strip()
    faults: list[str] = []
    if "field" in request.POST and why.is_valid():
        try:
            events = propose_by_unit(
                rows[:MOST_BULK],
                _wanted(field, value, why),
                why.cleaned_data,
                actor(request),
                attempt_key(request),
            )
            if len(events) == 1:
                number = events[0].matter.number
                return HttpResponseRedirect(reverse("change_effect", args=[number]))
            return HttpResponseRedirect(f"{reverse('matters', args=['item_change'])}?state=draft")
        except Invalid as refusal:
            faults = refusal.messages
        except Refusal as refusal:
            faults = [refusal.reason]
        except forms.ValidationError as error:
            faults = list(error.messages)
    context = {
        "count": count,
        "shown": rows[:20],
        "codes": request.POST.getlist("code"),
        "query": query,
        "why": why,
        "faults": faults,
        "fields": [(n, element(n).verbose_name) for n in BULK_FIELDS],
        "field": field,
        "value": value,
        "key": uuid4().hex,
    }
    return render(request, "catalogue/bulk.html", context, status=422 if faults else 200)


REVERSED = {
    ChangeKind.CREATE: ChangeKind.ABOLISH,
    ChangeKind.ADJUST: ChangeKind.ADJUST,
    ChangeKind.SUSPEND: ChangeKind.RESUME,
    ChangeKind.RESUME: ChangeKind.SUSPEND,
    ChangeKind.ABOLISH: ChangeKind.RESUME,
}


@require_POST
def undo(request: HttpRequest, number: str) -> HttpResponse:
    """Propose the lists as they were before a change; history is never taken back."""
    change = seen_change(request, number)
    if change.matter.state != Publishing.published.name:
        raise Http404
    try:
        event = propose_undoing(change, actor(request), attempt_key(request))
    except Refusal as refusal:
        return told(request, _("不能撤销"), refusal.reason, 409)
    return HttpResponseRedirect(reverse("matter", args=["item_change", event.matter.number]))


def propose_undoing(change: Change, by: Actor, key: str, at: datetime | None = None) -> Event:
    lines = list(change.lines.select_related("item"))
    before = previous(lines)
    found = documents.documents(before)
    codes = {line.item_id: line.item.implementation_code for line in lines}
    wanted: dict[str, Any] = {codes[row.item_id]: found[row.pk] for row in before}
    if change.kind == ChangeKind.CREATE:
        wanted = {code: {} for code in codes.values()}
    data = {
        "kind": REVERSED[ChangeKind(change.kind)].value,
        "reason": _("撤销 %s") % change.matter.number,
        "legal_basis": change.legal_basis,
        "effective_on": timezone.localdate(at),
        "lines": wanted,
        "undoes": change.matter.number,
    }
    return take(Publishing.propose, None, by, data, key=key, at=at)


def propose_by_unit(
    items: Any,
    elements: dict[str, Any],
    why: dict[str, Any],
    by: Actor,
    key: str,
    at: datetime | None = None,
) -> list[Event]:
    """The same elements for all that do not have them. Raises what the step raises."""
    by_unit: dict[int, dict[str, dict[str, Any]]] = {}
    for item in items:
        if elements and all(getattr(item, name) == value for name, value in elements.items()):
            continue  # it is so already: no version without a change
        lines = by_unit.setdefault(item.unit_id, {})
        lines[item.implementation_code] = {"elements": elements} if elements else {}
    if not by_unit:
        raise NotNow(_("选中的事项已经都是这个值，不用变更"))
    return propose_lines(by_unit, why, by, key, at)


def propose_lines(
    by_unit: dict[int, dict[str, Any]],
    why: dict[str, Any],
    by: Actor,
    key: str,
    at: datetime | None = None,
) -> list[Event]:
    """lines of each unit by its id. One change for each unit, all or none."""
    with transaction.atomic():
        return [
            take(
                Publishing.propose,
                None,
                by,
                {**why, "lines": of_unit},
                key=f"{key[:40]}.{unit}",
                at=at,
            )
            for unit, of_unit in sorted(by_unit.items())
        ]


def _open_draft(item: ServiceItem) -> ImplementationList | None:
    drafts = item.versions.filter(number=None, change__matter__state="draft")
    return drafts.select_related("change__matter").first()


def _keep(
    request: HttpRequest,
    draft: ImplementationList | None,
    changes: dict[str, Any],
    why: WhyForm | None,
) -> str:
    by, key = actor(request), attempt_key(request)
    if draft and draft.change:
        matter = draft.change.matter
        return take(Publishing.amend, matter, by, {"lines": changes}, key=key).matter.number
    assert why is not None
    data = {**why.cleaned_data, "lines": changes}
    return take(Publishing.propose, None, by, data, key=key).matter.number


def _selected(request: HttpRequest) -> tuple[Any, str]:
    """The items ticked in the list, or all that its filter finds."""
    query = request.POST.get("query", request.GET.get("query", ""))[:400]
    codes = request.POST.getlist("code")
    if codes:
        rows = ServiceItem.objects.filter(implementation_code__in=codes[:MOST_BULK])
    else:
        rows = Filters.of(QueryDict(query).dict()).rows() if query else ServiceItem.objects.none()
    rows = rows.exclude(current=None).exclude(status=Status.ABOLISHED)
    return rows.select_related("unit").order_by("implementation_code"), query


def _wanted(field: str, value: str, why: WhyForm) -> dict[str, Any]:
    """The one element to change, as its own type; nothing when only the status changes."""
    if why.cleaned_data["kind"] != ChangeKind.ADJUST:
        return {}
    if field not in BULK_FIELDS:
        raise forms.ValidationError(_("请选择要修改的要素"))
    declared = element(field).formfield()
    assert declared is not None
    if isinstance(declared, forms.BooleanField):
        return {field: value in ("1", "是", "on")}
    return {field: declared.clean(value)}


def _from_today() -> dict[str, date]:
    return {"effective_on": timezone.localdate()}
