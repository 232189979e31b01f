"""Lists of matters: filters, exact counts, and pages found by key, never by offset."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

from django.db.models import Count, Q, QuerySet

from ..clock import Light
from ..people.actor import Actor
from ..people.models import Applicant
from ..queries.once import Ask, Once
from ..trust import vault
from .models import AT_WORK, URGENT, Matter
from .procedure import Procedure, procedure, procedures
from .scope import SEES_UNIT, sees, sees_all, staff_sees, visible
from .tally import counts_by_state

PAGE, QUEUE, NAMESAKES = 50, 16, 200
LIGHTS = frozenset(light.value for light in Light)
OPEN, ASKED = "open", "?"
QUEUE_FIELDS = (
    *("number", "kind", "procedure_version", "state", "title", "due_on", "yellow_on", "act_on"),
    "clock",
    *("paused_since", "ended_on", "closed_at", "provisional", "limit_days", "used_days"),
    *("statutory_due_on", "applicant__name_masked", "applicant__phone_masked"),
)
ROW_FIELDS = (
    *QUEUE_FIELDS,
    "unit__code",
    "unit__short_name",
    "opened_at",
    "changed_at",
    "head_seq",
)


@dataclass(frozen=True)
class Filters:
    """What the address of a list says. `after` is the key of the last row seen."""

    state: str = ""
    light: str = ""
    unit: str = ""
    words: str = ""
    sort: str = "newest"
    after: str = ""

    @classmethod
    def of(cls, query: dict[str, Any]) -> "Filters":
        take = {name: str(query.get(name, ""))[:80] for name in ("state", "light", "unit", "after")}
        sort = "due" if query.get("sort") == "due" else "newest"
        return cls(sort=sort, **take).searching(str(query.get("q", "")))

    def searching(self, words: str) -> "Filters":
        return replace(self, words=words.replace("\x00", "").strip()[:80])


@dataclass(frozen=True)
class Page:
    rows: list[Matter]
    next: str


def related(kind: type[Procedure]) -> list[str]:
    """What a page of one matter reads along with it."""
    return ["unit", "applicant", *([kind.detail_name] if kind.detail_name else []), *kind.related]


@cache
def _whole(kind: str) -> Once[Matter]:
    rows = Matter.objects.select_related(*related(procedure(kind)))
    return Once(lambda: rows.filter(kind=kind, number=Ask("number")))


def one(kind: type[Procedure], number: str, actor: Actor) -> Matter | None:
    """A matter by its number, with what a page reads along; None when there is none to see."""
    found = _whole(kind.code).first(number=number[:40])
    return found if found and sees(actor, found) else None


def scoped(kind: type[Procedure], actor: Actor) -> QuerySet[Matter]:
    return Matter.objects.filter(visible(actor, Matter), kind=kind.code)


def filtered(rows: QuerySet[Matter], filters: Filters, today: Any) -> QuerySet[Matter]:
    if filters.state == OPEN:
        rows = rows.filter(closed_at=None)
    elif filters.state:
        rows = rows.filter(state=filters.state)
    if filters.unit:
        rows = rows.filter(unit__code=filters.unit)
    if filters.light:
        rows = rows.filter(light_is(filters.light, today))
    if filters.words:
        rows = rows.filter(_matches(filters.words))
    return rows


def light_is(light: str, today: Any) -> Q:
    """The light as a condition: the same rule as `clock.light`, said to the database."""
    live = Q(closed_at=None, paused_since=None, ended_on=None)
    conditions = {
        Light.RED: live & Q(due_on__lt=today),
        Light.YELLOW: live & Q(due_on__gte=today, yellow_on__lte=today),
        Light.GREEN: live & Q(due_on__gte=today, yellow_on__gt=today),
        Light.GREY: Q(closed_at=None, paused_since__isnull=False),
        Light.BLUE: Q(closed_at__isnull=False) | Q(ended_on__isnull=False),
    }
    return next((q for name, q in conditions.items() if name.value == light), Q())


def _matches(words: str) -> Q:
    """By number, by exact applicant name (a blind index), or by title."""
    if words.isascii() and words[-1:].isdigit():
        return Q(number__startswith=words.upper())
    known = Applicant.objects.filter(name_index=vault.index("name", words))
    return Q(applicant__in=list(known.values_list("pk", flat=True)[:NAMESAKES])) | Q(
        title__contains=words
    )


def listed(kind: type[Procedure], actor: Actor, filters: Filters, today: date) -> Page:
    """One page of what the actor sees of a kind."""
    if filters.words or actor.applicant_ids:
        return page(filtered(scoped(kind, actor), filters, today), filters)
    seen = _last_seen(filters)
    shape = replace(
        filters,
        state=filters.state if filters.state in ("", OPEN) else ASKED,
        light=filters.light if filters.light in LIGHTS else "",
        unit=ASKED if filters.unit else "",
        after=ASKED if seen else "",
    )
    rows = _listed(kind.code, sees_all(actor), shape).all(
        units=list(actor.units_as(*SEES_UNIT)),
        state=filters.state,
        unit=filters.unit,
        today=today,
        **seen,
    )
    return _cut(rows, filters)


@cache
def _listed(kind: str, everything: bool, shape: Filters) -> Once[Matter]:
    """shape: filters whose values are only known when they are asked for."""
    named = {name: Ask(name) for name in ("state", "unit") if getattr(shape, name) == ASKED}
    asked: Any = replace(shape, **named)  # type: ignore[arg-type]
    seen = {"day": Ask("day"), "key": Ask("key")} if shape.after else {}
    rows = Matter.objects.filter(staff_sees(everything), kind=kind)
    rows = filtered(rows, asked, Ask("today"))
    return Once(lambda: _one_page(rows, shape.sort, seen))


def page(rows: QuerySet[Matter], filters: Filters) -> Page:
    """One page in one statement; the next begins behind its last row."""
    return _cut(list(_one_page(rows, filters.sort, _last_seen(filters))), filters)


def _one_page(rows: QuerySet[Matter], sort: str, seen: dict[str, Any]) -> QuerySet[Matter]:
    if sort == "due":
        rows = rows.filter(due_on__isnull=False).order_by("due_on", "id")
        if seen:
            same_day = Q(due_on=seen["day"], id__gt=seen["key"])
            rows = rows.filter(Q(due_on__gt=seen["day"]) | same_day)
    else:
        rows = rows.order_by("-id")
        if seen:
            rows = rows.filter(id__lt=seen["key"])
    return rows.select_related("unit", "applicant").only(*ROW_FIELDS)[: PAGE + 1]


def _last_seen(filters: Filters) -> dict[str, Any]:
    """Day and key of the last row of the page before; empty for the first page and for what is
    no such thing."""
    day, _, key = filters.after.rpartition("_")
    if not key.isdigit():
        return {}
    if filters.sort != "due":
        return {} if day else {"key": int(key[:18])}
    try:
        return {"day": date.fromisoformat(day), "key": int(key[:18])}
    except ValueError:
        return {}


def _cut(found: list[Matter], filters: Filters) -> Page:
    if len(found) <= PAGE:
        return Page(found, "")
    last = found[PAGE - 1]
    return Page(found[:PAGE], f"{last.due_on}_{last.pk}" if filters.sort == "due" else str(last.pk))


def waiting(actor: Actor, kind: str) -> list[Matter]:
    """What waits for work beside the matter in hand, the nearest deadline first."""
    if actor.applicant_ids:
        return list(_queue(kind, visible(actor, Matter)))
    return _queue_once(kind, sees_all(actor)).all(units=list(actor.units_as(*SEES_UNIT)))


@cache
def _queue_once(kind: str, everything: bool) -> Once[Matter]:
    return Once(lambda: _queue(kind, staff_sees(everything)))


def _queue(kind: str, seen: Q) -> QuerySet[Matter]:
    rows = _by_urgency([procedure(kind)]).filter(seen, kind=kind).select_related("applicant")
    return rows.only(*QUEUE_FIELDS)[:QUEUE]


def at_work(actor: Actor, *, own: bool = False) -> list[Matter]:
    """The same over all kinds; own: only what lies on the actor's own desk."""
    rows = _by_urgency(procedures()).filter(visible(actor, Matter))
    if own:
        rows = rows.filter(handler=actor.account_id)
    return list(rows.select_related("unit", "applicant").only(*ROW_FIELDS)[:PAGE])


def _by_urgency(kinds: Sequence[type[Procedure]]) -> QuerySet[Matter]:
    """In the order of an index of its own; what is in force waits for nobody."""
    at_work = Matter.objects.filter(AT_WORK)
    if holding := _holding(kinds):
        at_work = at_work.exclude(holding)
    return at_work.order_by(URGENT.asc(), "id")


def _holding(kinds: Sequence[type[Procedure]]) -> Q:
    """Matters of these kinds that stand in a state that holds; empty when none has one."""
    found = Q()
    for kind in kinds:
        if names := [state.name for state in kind.states.values() if state.holds]:
            found |= Q(kind=kind.code, state__in=names)
    return found


def of_applicants(applicants: Collection[int]) -> QuerySet[Matter]:
    """What applicants find among their matters: not parts, which stand on the page of the whole,
    nor kinds with a page of their own."""
    elsewhere = [kind.code for kind in procedures() if kind.mine_at]
    mine = Matter.objects.filter(applicant__in=applicants, part_of=None)
    return mine.exclude(kind__in=elsewhere)


def counts(kind: type[Procedure], actor: Actor) -> dict[str, int]:
    """How many the actor sees in each state, exact."""
    if not actor.applicant_ids:
        units = None if sees_all(actor) else actor.units_as(*SEES_UNIT)
        return counts_by_state(kind.code, units)
    grouped = scoped(kind, actor).values_list("state").order_by().annotate(Count("id"))
    return dict(grouped)
