"""From one form to a parent and the cases of its parts, each begun when its turn has come."""

from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from tongban.kernel.ledger import personal
from tongban.kernel.people.actor import Actor, the_system
from tongban.kernel.people.models import Account
from tongban.kernel.procedures.declare import Opening
from tongban.kernel.procedures.in_person import whom
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.refusals import NotNow, Refusal, wrong
from tongban.kernel.procedures.taking import Taking, take
from tongban.services.cases.opening import LEVEL_TO_APPLY, judged
from tongban.services.cases.procedure import Handling
from tongban.services.catalogue import joint
from tongban.services.catalogue.elements import Rest
from tongban.services.catalogue.situations import needs_of
from tongban.services.themes import plan

from .models import Ended, OneThing, Part
from .subject import own


def open_thing(taking: Taking) -> Opening:
    """Everything is judged before anything is opened: what is missing is told at once."""
    subject = taking.form.whole
    if subject is None or not subject.parts:
        raise wrong("theme", _("没有这个一件事，请从“一件事一次办”重新进入"))
    if taking.actor.identity_level < LEVEL_TO_APPLY:
        raise NotNow(_("办理前请先完成实名核验（姓名和身份证号）"))
    applicant = whom(taking)
    _wanted, uploads, _used = judged(taking, subject, applicant)
    placed = joint.place(plan.part(row.item, row.after) for row in subject.parts)
    theme, codes = subject.theme, {row.item.implementation_code for row in subject.parts}
    thing = OneThing(
        theme=theme,
        account=Account.objects.get(pk=taking.actor.account_id or 0),
        answers=taking.data["answers"],
        uploads={name: str(upload.pk) for name, upload in uploads.items()},
        facts=taking.form.open_facts(),
        consent=bool(taking.data["consent"]),
        rest=theme.rest,
        limit_days=max(joint.limit(placed), 1),
    )
    parts = [
        Part(whole=thing, item=row.item, position=n, after=[c for c in row.after if c in codes])
        for n, row in enumerate(subject.parts)
    ]
    taking.after_saving.append(partial(_begin, taking, thing, parts))
    unit = theme.lead_unit or subject.parts[0].item.unit
    return Opening(unit=unit, title=theme.name, applicant=applicant, detail=thing)


def _begin(taking: Taking, thing: OneThing, parts: list[Part]) -> None:
    for part in parts:
        part.whole_id = thing.pk
    Part.objects.bulk_create(parts)
    told = taking.form.personal_values()
    for part in parts:
        if not part.after:
            open_part(taking, thing, part, told)


def open_part(taking: Taking, thing: OneThing, part: Part, told: dict[str, str]) -> None:
    """The case of a part, with what it asks of the one form. Raises what the case refuses."""
    needs = needs_of(part.item)
    answers = own(needs, thing.answers)
    names = {material.name for material in needs.under(answers)}
    applicant = taking.matter.applicant
    assert applicant is not None
    data: dict[str, Any] = {
        "item": part.item.implementation_code,
        "answers": answers,
        "uploads": {name: pk for name, pk in thing.uploads.items() if name in names},
        "facts": {**thing.facts, **told},
        "consent": thing.consent,
        "applicant": applicant.code,
        "account": thing.account.code,
        "part_of": taking.matter.number,
    }
    key = f"part:{taking.matter.number}:{part.position}"
    event = take(Handling.apply_in_theme, None, the_system(), data, key=key, at=taking.at)
    part.case, part.standing = event.matter, Ended.BEGUN
    part.save(update_fields=["case", "standing"])


def go_on(taking: Taking) -> None:
    """A part has ended. Granted: those that waited for it alone begin. Not granted: the rule of
    the theme says what becomes of the rest; those that wait for it are never begun."""
    thing, ended_as = taking.detail, taking.data["ended_as"]
    parts = list(thing.parts.select_related("item__unit", "item__current", "case"))
    part = next((p for p in parts if p.case and p.case.number == taking.data["part"]), None)
    if part is None:
        raise wrong("part", _("这不是本件的事项"))
    part.standing = Ended.GRANTED if ended_as == Handling.closed.name else Ended.FAILED
    stopped = _stopped(thing, parts)
    if thing.rest == Rest.ALL and part.standing == Ended.FAILED:
        reason = _("同一件事里的“%s”未办成，按申请时告知的规则停办") % part.item.name
        stopped |= _withdrawn(taking, parts, the_system(), reason)
    taking.facts["told"] = {
        "part": part.item.name,
        "stopped": "、".join(p.item.name for p in parts if p.item_id in stopped) or _("无"),
    }
    taking.after_saving.append(partial(_carry_on, taking, thing, parts))


def _stopped(thing: OneThing, parts: list[Part]) -> set[int]:
    """Marks what cannot begin any more; the ids of its items."""
    dead = {p.item.implementation_code for p in parts if p.standing in (Ended.FAILED, Ended.CANNOT)}
    every = bool(dead) and thing.rest != Rest.DEPENDENTS
    found: set[int] = set()
    while True:
        waiting = [p for p in parts if p.standing == Ended.WAITING]
        more = [p for p in waiting if every or dead & set(p.after)]
        if not more:
            return found
        for part in more:
            part.standing = Ended.CANNOT
            dead.add(part.item.implementation_code)
            found.add(part.item_id)


def _carry_on(taking: Taking, thing: OneThing, parts: list[Part]) -> None:
    told = personal.read(taking.matter.events.prefetch_related("personal").get(seq=1))
    done = {p.item.implementation_code for p in parts if p.standing == Ended.GRANTED}
    for part in parts:
        if part.standing == Ended.WAITING and set(part.after) <= done:
            try:
                open_part(taking, thing, part, told)
            except Refusal:  # its list has been suspended, its questions have changed …
                part.standing = Ended.CANNOT
    _stopped(thing, parts)
    Part.objects.bulk_update(parts, ["standing"])
    if not any(p.standing in (Ended.WAITING, Ended.BEGUN) for p in parts):
        end(taking, len(done), len(parts))


def end(taking: Taking, granted: int, of: int) -> None:
    """All parts have ended, and so does the whole."""
    steps = taking.step.procedure.steps if taking.step.procedure else {}
    name = "finish" if granted == of else "finish_partly" if granted else "fail"
    number = taking.matter.number
    take(steps[name], number, the_system(), key=f"end:{number}", at=taking.at)


def withdraw_parts(taking: Taking) -> None:
    """With the whole, every part that still can be withdrawn."""
    parts = list(taking.detail.parts.select_related("case"))
    _withdrawn(taking, parts, taking.actor, taking.data["reason"])


def _withdrawn(taking: Taking, parts: list[Part], by: Actor, reason: str) -> set[int]:
    """Withdraws the cases that still can be; the ids of their items. Each tells the whole of its
    own end."""
    found: set[int] = set()
    for part in parts:
        case: Matter | None = part.case
        if part.standing == Ended.BEGUN and case and Handling.withdraw.leaves(case.state):
            key = f"withdraw:{case.number}"
            step = partial(take, Handling.withdraw, case.number, by, {"reason": reason})
            taking.after_saving.append(partial(step, key=key, at=taking.at))
            found.add(part.item_id)
    return found
