"""Pages of themes on the desk: by batch, the editor, what the catalogue suggests, import."""

from typing import Any
from uuid import uuid4

from django import forms
from django.db import transaction
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy

from tongban.kernel.files.spreadsheets import Table
from tongban.kernel.people.actor import Actor
from tongban.kernel.people.middleware import actor
from tongban.kernel.people.roles import Role
from tongban.kernel.procedures.refusals import Invalid, Refusal
from tongban.kernel.procedures.scope import visible
from tongban.kernel.procedures.taking import take
from tongban.kernel.screens.export import attachment
from tongban.kernel.screens.handing_in import NOTHING, Handed, hand_in
from tongban.kernel.screens.routes import attempt_key
from tongban.kernel.screens.sheets import Fault, template
from tongban.services.catalogue import joint
from tongban.services.catalogue.elements import Audience, LifeEvent, Rest
from tongban.services.catalogue.models import ServiceItem, Status, Theme, ThemeBatch

from .models import Kind, ThemeChange
from .panel import road
from .plan import TEXTS, Plan, part
from .procedure import ThemeChanging
from .sheets import THEMES, Found, found_in
from .suggesting import suggest

MOST_FOUND = 20


def board(request: HttpRequest) -> HttpResponse:
    """Themes by the document that asked for them: how many, of how many items, what they save."""
    themes = Theme.objects.filter(withdrawn_on=None).select_related("batch", "lead_unit")
    rows = [(theme, _gains(theme)) for theme in themes.prefetch_related("parts__item__unit")]
    changes = ThemeChange.objects.filter(visible(actor(request), ThemeChange))
    batches: list[tuple[ThemeBatch | None, list[Any]]] = [
        (batch, [row for row in rows if row[0].batch == batch])
        for batch in [*ThemeBatch.objects.all(), None]
    ]
    context = {
        "batches": [(b, of, _summed(of)) for b, of in batches],
        "total": len(rows),
        "open": changes.filter(matter__closed_at=None).select_related("matter"),
        "may_import": Role.OPERATOR in actor(request).roles,
    }
    return render(request, "themes/board.html", context)


def _gains(theme: Theme) -> dict[str, int]:
    parts = [part(row.item, row.after) for row in theme.parts.all()]
    return {
        "items": len(parts),
        "units": len({p.item.unit_id for p in theme.parts.all()}),
        "limit": joint.limit(joint.place(parts)),
        "sum": sum(one.days for one in parts),
    }


def _summed(rows: list[Any]) -> dict[str, int]:
    return {name: sum(gains[name] for _theme, gains in rows) for name in ("items", "limit", "sum")}


def new(request: HttpRequest) -> HttpResponse:
    """A new theme, or a change of a published one (?theme=), or what was suggested (?item=…)."""
    theme = Theme.objects.filter(code=request.GET.get("theme", "")[:16]).first()
    plan = Plan.of_theme(theme) if theme else _suggested(request)
    code = theme.code if theme else _next_code()
    return _editor(request, plan, code=code, theme=theme, change=None)


def amend(request: HttpRequest, number: str) -> HttpResponse:
    changes = ThemeChange.objects.filter(visible(actor(request), ThemeChange))
    change = get_object_or_404(
        changes.select_related("matter"), matter__number=number[:40], kind=Kind.PUBLISH
    )
    plan = Plan.of(change.plan)
    return _editor(request, plan, code=change.code, theme=None, change=change)


def _editor(
    request: HttpRequest, plan: Plan, *, code: str, theme: Theme | None, change: ThemeChange | None
) -> HttpResponse:
    """Every edit is a round: what was typed is read, the road drawn anew; only `keep` steps."""
    told: list[str] = []
    status = 200
    if request.method == "POST":
        plan, code = _typed(request), code if change else request.POST.get("code", "")[:16]
        if request.POST.get("act") == "keep":
            try:
                return HttpResponseRedirect(_kept(request, plan, code, change))
            except Invalid as refusal:
                status, told = 422, refusal.messages
            except Refusal as refusal:
                status, told = 409, [refusal.reason]
    items = plan.items()
    find = request.POST.get("find", "").strip()[:60]
    context = {
        "plan": plan,
        "code": code,
        "theme": theme,
        "change": change,
        "parts": [
            (number, code, item, [(c, i.name, c in plan.parts[code]) for c, i in items.items()])
            for number, (code, item) in enumerate(items.items(), start=1)
        ],
        "found": _find(find, plan) if find else [],
        "find": find,
        "road": road(plan),
        "audiences": Audience.choices,
        "events": LifeEvent.choices,
        "rests": Rest.choices,
        "units": list({item.unit for item in items.values()}),
        "batches": ThemeBatch.objects.all(),
        "reason": request.POST.get("reason", ""),
        "told": told,
        "key": uuid4().hex,
    }
    page = "themes/editing.html" if request.headers.get("HX-Request") else "themes/editor.html"
    return render(request, page, context, status=status)


def _typed(request: HttpRequest) -> Plan:
    """The plan as the form says it, after the one change that the pressed button asks for."""
    given, act = request.POST, request.POST.get("act", "")
    codes = list(dict.fromkeys(c[:31] for c in given.getlist("part")))
    verb, _, which = act.partition(" ")
    if verb == "add" and which not in codes:
        codes.append(which[:31])
    if verb == "remove":
        codes = [code for code in codes if code != which]
    if verb in ("up", "down") and which in codes:
        here = codes.index(which)
        there = max(here - 1, 0) if verb == "up" else min(here + 1, len(codes) - 1)
        codes.insert(there, codes.pop(here))
    parts = {code: [c for c in given.getlist(f"after.{code}") if c in codes] for code in codes}
    return Plan(**{name: given.get(name, "").strip()[:120] for name in TEXTS}, parts=parts)


def _kept(request: HttpRequest, plan: Plan, code: str, change: ThemeChange | None) -> str:
    by, key = actor(request), attempt_key(request)
    if change:
        data: dict[str, Any] = {"plan": plan.as_json()}
        event = take(ThemeChanging.amend, change.matter, by, data, key=key)
    else:
        reason = request.POST.get("reason", "")
        data = {"code": code, "kind": Kind.PUBLISH, "reason": reason, "plan": plan.as_json()}
        event = take(ThemeChanging.propose, None, by, data, key=key)
    return reverse("matter", args=["theme_change", event.matter.number])


def _find(words: str, plan: Plan) -> list[ServiceItem]:
    rows = ServiceItem.objects.filter(status=Status.PUBLISHED, by_application=True)
    rows = rows.exclude(implementation_code__in=plan.parts).select_related("unit")
    which = "implementation_code__contains" if words.isascii() else "name__contains"
    return list(rows.filter(**{which: words})[:MOST_FOUND])


def _suggested(request: HttpRequest) -> Plan:
    codes = [code[:31] for code in request.GET.getlist("item")[:40]]
    texts = {name: request.GET.get(name, "")[:12] for name in ("audience", "life_event")}
    plan = Plan(**texts, parts={code: [] for code in codes})
    first = next(iter(plan.items().values()), None)
    plan.lead_unit = first.unit.code if first else ""
    return plan


def _next_code() -> str:
    numbers = [
        int(code[2:])
        for code in Theme.objects.values_list("code", flat=True)
        if code.startswith("TH") and code[2:].isdigit()
    ]
    return f"TH{max(numbers, default=0) + 1:02d}"


def suggestions(request: HttpRequest) -> HttpResponse:
    return render(request, "themes/suggestions.html", {"suggestions": suggest()})


class BatchForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = ThemeBatch
        fields = ("document_number", "title", "published_on")


class FileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("主题表"),
        help_text=gettext_lazy(".xlsx 或 .csv，一行一个事项；通过检查后每个主题各起草一个变更"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=500)


def imports(request: HttpRequest) -> HttpResponse:
    """Batches are registered, and the themes of a batch handed in as one file."""
    form, batch, handed = FileForm(), BatchForm(), NOTHING

    def taken(table: Table | None) -> list[Fault]:
        assert table is not None
        found = found_in(table)
        if not found.faults:
            draft_all(found, form.cleaned_data["reason"], actor(request), attempt_key(request))
        return found.faults

    if request.method == "POST" and "document_number" in request.POST:
        batch = BatchForm(request.POST)
        if batch.is_valid():
            batch.save()
            return HttpResponseRedirect(reverse("themes_import"))
        handed = Handed()
    elif request.method == "POST":
        form = FileForm(request.POST, request.FILES)
        handed = hand_in(request, form, taken)
        if handed.done:
            drafts = reverse("matters", args=["theme_change"])
            return HttpResponseRedirect(f"{drafts}?state=draft")
    context = {
        "form": form,
        "batch": batch,
        "batches": ThemeBatch.objects.annotate(count=Count("themes")),
        "key": uuid4().hex,
        **handed.context(),
    }
    return render(request, "themes/import.html", context, status=handed.status)


def draft_all(found: Found, reason: str, by: Actor, key: str) -> int:
    """A change for each theme that is not already so; all or none. Returns how many."""
    known = {theme.code: Plan.of_theme(theme) for theme in Theme.objects.filter(withdrawn_on=None)}
    made = 0
    with transaction.atomic():
        for code, plan in found.plans.items():
            if known.get(code) == plan:
                continue
            data = {"code": code, "kind": Kind.PUBLISH, "reason": reason, "plan": plan.as_json()}
            take(ThemeChanging.propose, None, by, data, key=f"{key[:40]}.{code}")
            made += 1
    return made


def blank(request: HttpRequest) -> HttpResponse:
    return attachment(template(THEMES), "template-themes.xlsx")
