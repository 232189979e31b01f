"""The base of every procedure, the checks made when one is loaded, and the register."""

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from ..people.roles import Role
from .builtin import (
    DocumentForm,
    MoveForm,
    ReassignForm,
    move_version,
    reassign,
    record_erasure,
)
from .clockwork import Pause, Resume, Start
from .declare import NEW, THE_SYSTEM, State, Step, Words, posted, staying

_register: dict[str, dict[int, "type[Procedure]"]] = {}


class BadProcedure(TypeError):
    """A declaration that could trap a matter or hide a rule; the text says which."""


class Procedure:
    """Subclass, name the states and steps, and the matter gets its screens, API and figures.

    code: stable and language-neutral. version: raised when running matters must keep the old
    declaration, which then stays beside the new one. detail: the model, one-to-one with the
    matter through a field named `matter`, reached as `matter.<detail_name>`. related: what
    the pages read along with the detail, as `select_related` says it. panel: what the
    detail page shows of the kind's own facts, (matter, actor) → context of `panel_template`
    on the desk and of `my_template` for the applicant. mine_at: the page where applicants find
    theirs, when they are not to stand among their matters.
    """

    code: ClassVar[str] = ""
    version: ClassVar[int] = 1
    title: ClassVar[Words] = ""
    detail: ClassVar[Any] = None
    detail_name: ClassVar[str] = ""
    related: ClassVar[tuple[str, ...]] = ()
    panel: ClassVar[Callable[..., dict[str, Any]] | None] = None
    panel_template: ClassVar[str] = ""
    my_template: ClassVar[str] = ""
    mine_at: ClassVar[str] = ""
    states: ClassVar[dict[str, State]] = {}
    steps: ClassVar[dict[str, Step]] = {}

    def __init_subclass__(cls) -> None:
        members = [(name, value) for name, value in vars(cls).items()]
        cls.states = {name: value for name, value in members if isinstance(value, State)}
        cls.steps = {}
        for name, value in members:
            if isinstance(value, Step):
                cls.steps[name] = value.bound(name, cls)
                setattr(cls, name, cls.steps[name])
        for name, step in built_in(cls).items():
            cls.steps.setdefault(name, step.bound(name, cls))
        if faults := list(faults_of(cls)):
            raise BadProcedure(f"{cls.__name__}: " + "; ".join(faults))
        _register.setdefault(cls.code, {})[cls.version] = cls

    @classmethod
    def openings(cls) -> list[Step]:
        return [step for step in cls.steps.values() if step.is_opening]

    @classmethod
    def from_state(cls, state: str) -> list[Step]:
        return [step for step in cls.steps.values() if step.leaves(state)]


def built_in(cls: type[Procedure]) -> dict[str, Step]:
    """Steps every procedure has: none of them changes where the matter stands."""
    anywhere = staying(*cls.states.values())
    unfinished = staying(*(state for state in cls.states.values() if not state.final))
    return {
        "reassign": Step(
            _("转给同事"),
            unfinished,
            by=(posted(Role.UNIT_ADMIN),),
            form=ReassignForm,
            effect=reassign,
        ),
        "record_document": Step(_("文书已制作"), anywhere, by=(THE_SYSTEM,), form=DocumentForm),
        "erase_personal": Step(
            _("个人信息已删除"),
            anywhere,
            by=(THE_SYSTEM,),
            law="个人信息保护法 第四十七条",
            effect=record_erasure,
        ),
        "move_version": Step(
            _("转入新版流程"), anywhere, by=(THE_SYSTEM,), form=MoveForm, effect=move_version
        ),
    }


def procedure(code: str, version: int | None = None) -> type[Procedure]:
    """The declaration a matter lives under; the newest when no version is asked for."""
    versions = _register[code]
    return versions[max(versions) if version is None else version]


def procedures() -> list[type[Procedure]]:
    return [procedure(code) for code in sorted(_register)]


def faults_of(cls: type[Procedure]) -> Iterator[str]:
    """Everything wrong with a declaration, in words."""
    if not cls.code or not cls.title:
        yield "code and title are needed"
    if not cls.openings():
        yield "no step opens a matter (from NEW)"
    for step in cls.steps.values():
        yield from _faults_of_step(cls, step)
    for state in cls.states.values():
        yield from _faults_of_state(cls, state)
    for name in sorted(set(cls.states) - _reached(cls)):
        yield f"state {name} cannot be reached"
    if any(isinstance(s.clock, Pause) for s in cls.steps.values()) and not any(
        isinstance(s.clock, Resume) for s in cls.steps.values()
    ):
        yield "a step pauses the clock and none resumes it"
    keys = [s.key for s in cls.steps.values() if s.key]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        clashing = [s for s in cls.steps.values() if s.key == key]
        if any(
            a.leaves(n) and b.leaves(n)
            for a in clashing
            for b in clashing
            if a is not b
            for n in cls.states
        ):
            yield f"key {key} means two steps in one state"


def _faults_of_step(cls: type[Procedure], step: Step) -> Iterator[str]:
    known = [*cls.states.values(), NEW]
    if not step.by:
        yield f"step {step.name} says nobody may take it"
    if not step.title:
        yield f"step {step.name} has no title"
    if any(s not in known for s in (*step.path.sources, step.path.to) if s is not None):
        yield f"step {step.name} uses a state of another procedure"
    if step.is_opening and (step.opens is None or step.path.to is None):
        yield f"step {step.name} opens a matter and needs `opens` and a state to reach"
    if isinstance(step.clock, Start) and not step.clock.law:
        yield f"step {step.name} starts a clock without the law of its limit"
    if step.document and not step.document.source.exists():
        yield f"step {step.name}: no template {step.document.source.name}"
    if step.document and not getattr(cls.steps.get(step.then), "is_automatic", False):
        yield f"step {step.name}: {step.then} is not a step of the system"
    missing = [name for name in step.form.personal if name not in step.form.base_fields]
    if missing:
        yield f"step {step.name}: form has no field {missing[0]}"
    if any(source.final for source in step.path.sources) and step.path.to is not None:
        yield f"step {step.name} leaves a final state"


def _faults_of_state(cls: type[Procedure], state: State) -> Iterator[str]:
    leaving = [s for s in cls.from_state(state.name) if s.path.to not in (None, state)]
    if not state.final and not leaving:
        yield f"state {state.name} is a dead end that is not final"
    if bool(state.within) != bool(state.otherwise):
        yield f"state {state.name}: `within` and `otherwise` belong together"
    if state.otherwise:
        step = cls.steps.get(state.otherwise)
        if step is None or not step.leaves(state.name):
            yield f"state {state.name}: step {state.otherwise} does not leave it"
        elif not any(who.role == "system" for who in step.by):
            yield f"state {state.name}: step {state.otherwise} is not open to the system"


def _reached(cls: type[Procedure]) -> set[str]:
    found: set[str] = {s.path.to.name for s in cls.openings() if s.path.to}
    while True:
        more = {
            step.path.to.name
            for step in cls.steps.values()
            if step.path.to and any(step.leaves(name) for name in found)
        } - found
        if not more:
            return found
        found |= more
