"""take(): the one door through which any matter changes its state."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ..clock import LimitError, apply, deadline, published
from ..ledger.chain import first_hash, seal
from ..ledger.models import Event
from ..ledger.personal import Personal
from ..notices.models import Notice
from ..people.actor import Actor
from .declare import Opening, Step
from .forms import StepForm
from .models import Matter
from .numbering import new_query_code, next_number
from .refusals import Invalid, NotAllowed, NotNow, Refusal, Stale, invalid
from .rows import locked, new_id, write
from .scope import may, not_allowed, sees

CHINA = ZoneInfo("Asia/Shanghai")
CLOCK_TOLERANCE = timedelta(seconds=60)  # how far the machine's clock may step back
ONE_KEY = "event_once_per_key"


@dataclass
class Taking:
    """One step being taken, as effects, clock actions and guards see it.

    after_saving: rows that point to the matter or its detail, written once those exist.
    """

    step: Step
    actor: Actor
    at: datetime
    data: dict[str, Any]
    matter: Matter = field(default_factory=Matter)
    form: Any = None
    facts: dict[str, Any] = field(default_factory=dict)
    after_saving: list[Callable[[], object]] = field(default_factory=list)
    detail_changed: bool = True

    @property
    def today(self) -> date:
        """The day in China on which it happens; laws count days there."""
        return self.at.astimezone(CHINA).date()

    @property
    def detail(self) -> Any:
        return self.matter.detail


def take(
    step: Step,
    matter: "Matter | str | None",
    actor: Actor,
    data: Mapping[str, Any] | None = None,
    *,
    key: str,
    expects: int | None = None,
    at: datetime | None = None,
) -> Event:
    """Take a step in one transaction; with `matter` None the step opens one.

    matter: itself or its number; under another version of its procedure it takes that version's
    step of the same name. key: the caller's own name for this attempt; a second attempt with it
    returns the event of the first. expects: the version (head_seq) the person was looking at.
    Raises Stale, NotAllowed, NotNow or Invalid, having changed nothing.
    """
    try:
        with transaction.atomic():
            event = _take(step, matter, actor, data or {}, key, expects, at)
    except Refusal:
        if earlier := _earlier(step, matter, actor, key):
            return earlier
        raise
    except IntegrityError as error:
        if ONE_KEY in str(error) and (earlier := _earlier(step, matter, actor, key)):
            return earlier
        raise
    return event


def _take(
    step: Step,
    matter: "Matter | str | None",
    actor: Actor,
    data: Mapping[str, Any],
    key: str,
    expects: int | None,
    at: datetime | None,
) -> Event:
    found = _locked(step, matter) if matter else None
    at = _instant(at, found)
    if found:
        step = _of_its_version(step, found)
        _refuse_unless_allowed(step, found, actor, expects)
    role = step.admits(actor, found)
    if role is None:
        raise not_allowed(step)
    form = validated(step, data, found)
    taking = Taking(step, actor, at, form.cleaned_data, found or Matter(), form)
    if found is None:
        assert step.opens is not None
        opening = step.opens(taking)
        begin(taking, opening, next_number(opening.unit.code, taking.today))
    personal = Personal(form.personal_values())
    event = advance(taking, form, personal, role, key)
    _save(taking, event, is_new=found is None)
    keep_beside(taking, event, personal)
    return event


def _locked(step: Step, matter: "Matter | str") -> Matter:
    assert step.procedure is not None
    wanted = matter if isinstance(matter, str) else matter.pk
    found = locked(wanted, step.procedure.detail, step.procedure.detail_name)
    if found is None:
        raise NotAllowed(_("没有找到您可以办理的办件"))
    return found


def _of_its_version(step: Step, matter: Matter) -> Step:
    own = matter.procedure.steps.get(step.name)
    if step.procedure is None or step.procedure.code != matter.kind or own is None:
        raise Stale(_("%(number)s 不按此流程办理，请刷新页面") % {"number": matter.number})
    return own


def _refuse_unless_allowed(step: Step, matter: Matter, actor: Actor, expects: int | None) -> None:
    if not sees(actor, matter):
        raise NotAllowed(_("没有找到您可以办理的办件"))
    if expects is not None and expects != matter.head_seq:
        raise Stale(_who_was_first(matter))
    refusal = may(actor, step, matter)
    if isinstance(refusal, Stale):
        raise Stale(_who_was_first(matter))
    if refusal:
        raise refusal


def _who_was_first(matter: Matter) -> str:
    last = matter.events.order_by("-seq").first()
    if last is None:
        return _("办件已有变化，请刷新页面")
    done = matter.procedure.steps.get(last.step)
    return _("%(at)s %(who)s 已办“%(step)s”，现为“%(state)s”，请刷新后再看") % {
        "at": timezone.localtime(last.at, CHINA).strftime("%m-%d %H:%M:%S"),
        "who": actor_name(last.actor),
        "step": done.title if done else last.step,
        "state": matter.stands_in.title,
    }


def actor_name(code: str) -> str:
    from ..people.models import Account

    account = Account.objects.select_related("applicant").filter(code=code).first()
    if account is None:
        return _("系统")
    return account.name or str(account.applicant or "")


def _instant(at: datetime | None, matter: Matter | None) -> datetime:
    """Time never runs backwards along a chain, whatever the machine's clock does."""
    now = at or timezone.now()
    if matter is None or now > matter.changed_at:
        return now
    if matter.changed_at - now > CLOCK_TOLERANCE:
        raise NotNow(
            _(
                "服务器时间 %(now)s 早于上一步的时间 %(last)s，"
                "请管理员校准时钟（tongban doctor）后重试"
            )
            % {
                "now": timezone.localtime(now, CHINA).strftime("%Y-%m-%d %H:%M:%S"),
                "last": timezone.localtime(matter.changed_at, CHINA).strftime("%Y-%m-%d %H:%M:%S"),
            }
        )
    return matter.changed_at + timedelta(microseconds=1)


def validated(step: Step, data: Mapping[str, Any], matter: Matter | None) -> StepForm:
    """The form of a step, filled in rightly. Raises Invalid with what is wrong, field by field."""
    form = step.form(data, matter=matter)
    if not form.is_valid():
        errors = {name: [str(m) for m in messages] for name, messages in form.errors.items()}
        raise invalid(errors, form)
    return form


def begin(taking: Taking, opening: Opening, number: str) -> None:
    """Make the new matter what the opening says, in memory."""
    step, matter = taking.step, taking.matter
    assert step.procedure is not None
    matter.kind, matter.procedure_version = step.procedure.code, step.procedure.version
    matter.unit, matter.title = opening.unit, opening.title
    matter.applicant, matter.part_of = opening.applicant, opening.part_of
    matter.number = number
    matter.query_code = new_query_code()
    matter.opened_at = matter.changed_at = taking.at
    matter.entered_on = taking.today
    matter.state, matter.head_seq = "", 0
    matter.head_hash = first_hash(matter.kind, matter.number)
    if opening.detail is not None:
        opening.detail.matter = matter


def advance(
    taking: Taking, form: StepForm, personal: Personal, role: tuple[str, str], key: str
) -> Event:
    """The step itself, in memory: state, effect, clock, and the event that tells of them."""
    from_state = taking.matter.state
    taking.matter.state = taking.step.reaches(from_state)
    if taking.matter.handler_id is None and taking.actor.holds(role[0], taking.matter.unit_id):
        taking.matter.handler_id = taking.actor.account_id
    if taking.step.effect:
        taking.step.effect(taking)
    _move_clock(taking)
    _enter(taking)
    return _event(taking, form, personal, from_state, role, key)


def _move_clock(taking: Taking) -> None:
    action = taking.step.clock
    fact = action.fact(taking) if action else None
    if fact is None:
        return
    calendar = published()
    try:
        clock = apply(taking.matter.running_clock(), fact, calendar)
    except LimitError as error:
        raise NotNow(str(error)) from error
    taking.facts["clock"] = fact
    taking.matter.clock = clock.to_json()
    taking.matter.keep_deadline(deadline(clock, calendar))


def _enter(taking: Taking) -> None:
    """Entering a state: the limit for standing there begins, or the matter closes."""
    matter, state = taking.matter, taking.matter.stands_in
    if taking.step.path.to is None:
        return
    matter.entered_on = taking.today
    if state.final:
        matter.closed_at = taking.at
    within = state.within(taking) if callable(state.within) else state.within
    if within:
        fact = {"from": taking.today.isoformat(), "days": within.days, "unit": within.unit}
        taking.facts["within"] = {**fact, "law": within.law}
        matter.act_on = within.ends(taking.today, published())
    elif matter.act_on:
        taking.facts["within"], matter.act_on = None, None


def _event(
    taking: Taking,
    form: StepForm,
    personal: Personal,
    from_state: str,
    role: tuple[str, str],
    key: str,
) -> Event:
    matter, actor = taking.matter, taking.actor
    facts = dict(taking.facts)
    if recorded := form.recorded():
        facts["form"] = recorded
    if personal.values:
        facts["personal"] = personal.digests()
    principal = role[0] == "applicant" and matter.applicant_id != actor.applicant_id
    event = Event(
        seq=matter.head_seq + 1,
        step=taking.step.name,
        from_state=from_state,
        to_state=matter.state,
        actor=actor.code,
        role=role[0],
        unit=role[1],
        on_behalf_of=matter.applicant.code if principal and matter.applicant else "",
        at=taking.at,
        facts=facts,
        key=key,
        prev_hash=matter.head_hash,
    )
    return seal(matter.number, event)


def _save(taking: Taking, event: Event, *, is_new: bool) -> None:
    matter, detail = taking.matter, taking.detail
    carry(taking, event, new_id() if is_new else matter.pk)
    changed = is_new or (taking.step.effect is not None and taking.detail_changed)
    numbered = detail is not None and detail.pk is None  # a detail with a key of its own
    along = detail if changed and not numbered else None
    write(event, matter, along, notices_of(taking), _works(taking))
    if numbered:
        detail.save(force_insert=True)


def carry(taking: Taking, event: Event, matter_id: int) -> None:
    """The matter carries its new head, and what belongs to it points to it."""
    matter, detail = taking.matter, taking.detail
    matter.changed_at, matter.head_seq, matter.head_hash = taking.at, event.seq, event.hash
    if matter.pk is None:
        matter.pk = matter_id
        if detail is not None:
            detail.matter = matter
    event.matter = matter


def keep_beside(taking: Taking, event: Event, personal: Personal) -> None:
    """What points to the matter or its event, once those are written."""
    for keep in taking.after_saving:
        keep()
    if personal.values:
        personal.keep(event)


def _works(taking: Taking) -> list[str]:
    """Names of the slow work that follows."""
    step, matter = taking.step, taking.matter
    ended = matter.part_of_id is not None and step.path.to is not None and step.path.to.final
    return [*step.after, *["document"] * bool(step.document), *["part_ended"] * ended]


def notices_of(taking: Taking) -> list[Notice]:
    """What the applicant is told of the step; the event is set when it is written."""
    matter = taking.matter
    if not matter.applicant_id:
        return []
    context = {"title": matter.title, "number": matter.number, **taking.facts.get("told", {})}
    return [
        Notice(
            applicant_id=matter.applicant_id,
            channel=channel,
            words=tell.source,
            context=context,
            next_at=taking.at,
        )
        for tell in taking.step.tells
        for channel in ([Notice.Channel.IN_APP] + [Notice.Channel.SMS] * tell.sms)
    ]


def _earlier(step: Step, matter: "Matter | str | None", actor: Actor, key: str) -> Event | None:
    """The event of an earlier attempt with the same key by the same actor."""
    event = Event.objects.filter(actor=actor.code, key=key).select_related("matter").first()
    if event is None:
        return None
    same = matter is None or event.matter_id == getattr(matter, "pk", None)
    if event.step != step.name or not (same or event.matter.number == matter):
        raise Invalid(
            _("同一个 Idempotency-Key 已用于另一次办理，请换一个新的"),
            {"key": [_("已用于 %(number)s") % {"number": event.matter.number}]},
        )
    return event
