"""A matter in the words and colours of the screens."""

from dataclasses import dataclass
from datetime import date, datetime
from html import escape
from typing import Any

from django.forms import ModelChoiceField
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ..clock import Light, Move, published
from ..ledger.models import Event
from ..people.models import Account
from ..people.roles import Role
from ..procedures.models import Matter
from ..queries.once import Ask, Once

SHAPES = {
    Light.GREEN: "●",
    Light.YELLOW: "▲",
    Light.RED: "■",
    Light.GREY: "‖",
    Light.BLUE: "✓",
    Light.NONE: "",
}
NAMES = {
    Light.GREEN: gettext_lazy("正常"),
    Light.YELLOW: gettext_lazy("即将到期"),
    Light.RED: gettext_lazy("逾期"),
    Light.GREY: gettext_lazy("暂停"),
    Light.BLUE: gettext_lazy("办结"),
}


@dataclass(frozen=True)
class LightShown:
    name: str
    shape: str
    words: str

    def __str__(self) -> str:
        """Drawn in code: a list has one in every row, and an included template costs more."""
        mark = f'<span aria-hidden="true">{self.shape}</span> ' if self.shape else ""
        return SafeString(f'<span class="light {self.name}">{mark}{escape(self.words)}</span>')


def light_of(matter: Matter, today: date) -> LightShown:
    """Colour, shape and words together: never colour alone (WCAG 1.4.1)."""
    closed = timezone.localdate(matter.closed_at) if matter.closed_at else None
    light = matter.light(today, closed)
    return LightShown(light.value, SHAPES[light], _light_words(light, matter, today))


def _light_words(light: Light, matter: Matter, today: date) -> str:
    if matter.stands_in.holds:
        return str(matter.stands_in.title)
    if light == Light.NONE or matter.due_on is None:
        return _("已结束") if matter.closed_at else _("未开始计时")
    calendar = published()
    if light == Light.BLUE:
        return _("按时办结")
    if light == Light.GREY:
        return _("时钟暂停")
    if light == Light.RED:
        closed = timezone.localdate(matter.closed_at) if matter.closed_at else today
        end = matter.ended_on or closed
        late = max(calendar.between(matter.due_on, end), 1)
        return ngettext("逾期 %d 天", "逾期 %d 天", late) % late
    left = calendar.between(today, matter.due_on)
    return _("今天到期") if left == 0 else ngettext("剩 %d 天", "剩 %d 天", left) % left


@dataclass(frozen=True)
class Passed:
    """One line of a history."""

    title: str
    at: datetime
    who: str
    role: str
    facts: list[tuple[str, str]]
    number: int


EVENTS = Once(
    lambda: (
        Event.objects.filter(matter=Ask("matter")).order_by("seq").defer("prev_hash", "hash", "key")
    )
)
WHO = Once(
    lambda: Account.objects.filter(code__among=Ask("codes")).values_list(
        "code", "name", "applicant__name_masked"
    )
)


def history(matter: Matter, events: list[Event]) -> list[Passed]:
    """The events of a matter, newest last; two statements whatever their number."""
    people = WHO.all(codes=list({event.actor for event in events}))
    names = {code: name or masked or "" for code, name, masked in people}
    return [
        Passed(
            title=step_title(matter, event.step),
            at=event.at,
            who=names.get(event.actor, _("系统")),
            role=role_title(event.role),
            facts=_facts(matter, event),
            number=event.seq,
        )
        for event in events
    ]


def entered(events: list[Event]) -> dict[str, str]:
    """State → the day it was first entered, as the flow chart shows it."""
    days: dict[str, str] = {}
    for event in events:
        days.setdefault(event.to_state, f"{timezone.localtime(event.at):%m-%d}")
    return days


def step_title(matter: Matter, name: str) -> str:
    step = matter.procedure.steps.get(name)
    return str(step.title) if step else name


def role_title(role: str) -> str:
    words = {"system": _("自动"), "applicant": _("申请人")}
    return words.get(role) or (str(Role(role).label) if role in Role.values else role)


def _facts(matter: Matter, event: Event) -> list[tuple[str, str]]:
    step = matter.procedure.steps.get(event.step)
    fields = step.form.base_fields if step else {}
    shown = []
    for name, value in event.facts.get("form", {}).items():
        field = fields.get(name)
        if field is None or not field.label or field.widget.is_hidden or isinstance(value, dict):
            continue
        if isinstance(field, ModelChoiceField):  # the kind's own panel names what was chosen
            continue
        choices: dict[Any, Any] = dict(getattr(field, "choices", []) or [])
        said = value if isinstance(value, list) else [value]
        words = [str(choices.get(v, _yes_or_no(v))) for v in said if not isinstance(v, list | dict)]
        if words:
            shown.append((str(field.label), "、".join(words)))
    return shown


def _yes_or_no(value: Any) -> Any:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return value


def moves(matter: Matter) -> list[Move]:
    """Why the deadline is not where it was at first: rule and article of each move."""
    clock = matter.running_clock()
    return list(clock.moves) if clock else []


def next_words(matter: Matter) -> str:
    """What happens next and until when, for the applicant."""
    state = matter.stands_in
    if matter.closed_at:
        return _("已结束：%s。") % str(state.title)
    if matter.paused_since:
        return _("正在进行特别程序，这段时间不计入办理时限。现在不需要您做什么。")
    applicant_acts = [
        s
        for s in matter.procedure.from_state(matter.state)
        if s.tone != "danger" and any(w.role == "applicant" for w in s.by)
    ]
    if applicant_acts:
        return _("轮到您了：%s。") % "、".join(str(s.title) for s in applicant_acts)
    until = matter.due_on or matter.act_on
    if until is None:
        return _("%(unit)s正在办理。现在不需要您做什么。") % {"unit": matter.unit}
    return _("%(unit)s最迟 %(day)s 给您答复。现在不需要您做什么。") % {
        "unit": matter.unit,
        "day": date_format(until) + (_("（暂定）") if matter.provisional else ""),
    }


def progress(matter: Matter) -> list[tuple[str, str]]:
    """The main road as (title, look): what has passed, where it stands, what is ahead."""
    main = [s for s in matter.procedure.states.values() if not s.side]
    if matter.stands_in.side and matter.stands_in.final:
        return [(str(main[0].title), "passed"), (str(matter.stands_in.title), "now")]
    here = main.index(matter.stands_in) if matter.stands_in in main else 0
    looks = ["passed"] * here + ["now"] + ["ahead"] * (len(main) - here - 1)
    if matter.closed_at:
        looks[here] = "passed"
    return [(str(s.title), look) for s, look in zip(main, looks, strict=True)]
