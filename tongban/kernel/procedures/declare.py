"""What a procedure is made of: states, steps, who may take them, what follows.

A procedure is read as a page of declarations; nothing here touches the database.
"""

import pathlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.utils.translation import override

from ..clock import Limit
from ..people.actor import Actor
from ..people.roles import Role
from .forms import StepForm

if TYPE_CHECKING:
    from ..ledger.models import Event
    from .clockwork import ClockAction
    from .models import Matter
    from .procedure import Procedure
    from .taking import Taking

Words = Any  # text or lazily translated text


class State:
    """A place a matter can stand in.

    final: the matter is closed. side: drawn below the main road. holds: what stands here is in
    force and waits for nobody, so the desk does not list it as work. within/otherwise: when the
    matter stands here longer than the limit, the step named `otherwise` is taken by itself; a
    function may find that there is no limit.
    """

    name: str = ""

    def __init__(
        self,
        title: Words,
        *,
        final: bool = False,
        side: bool = False,
        holds: bool = False,
        within: "Limit | Callable[[Taking], Limit | None] | None" = None,
        otherwise: str = "",
    ):
        self.title, self.final, self.side, self.holds = title, final, side, holds
        self.within, self.otherwise = within, otherwise

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = self.name or name

    def __or__(self, other: "State | States") -> "States":
        return States((self,)) | other

    def __rshift__(self, other: "State") -> "Path":
        return States((self,)) >> other

    def __repr__(self) -> str:
        return f"State({self.name})"


@dataclass(frozen=True)
class States:
    members: tuple[State, ...]

    def __or__(self, other: "State | States") -> "States":
        more = other.members if isinstance(other, States) else (other,)
        return States(self.members + more)

    def __rshift__(self, to: State) -> "Path":
        return Path(self.members, to)


@dataclass(frozen=True)
class Path:
    """From any of some states to one; `to` None means the state stays."""

    sources: tuple[State, ...]
    to: State | None


NEW = State("")  # where every matter comes from


def staying(*states: State) -> Path:
    return Path(states, None)


@dataclass(frozen=True)
class Who:
    """Somebody who may take a step. `role` None: the applicant; SYSTEM: jobs and deadlines."""

    role: str
    anywhere: bool = False

    def admits(self, actor: Actor, matter: "Matter | None") -> tuple[str, str] | None:
        """(role, unit code) under which the actor may act, None when not."""
        if self.role == "system":
            return ("system", "") if actor.is_system else None
        if self.role == "applicant":
            mine = actor.applicant_id if matter is None else matter.applicant_id
            return ("applicant", "") if mine in actor.applicant_ids and mine else None
        if matter is None or self.anywhere:
            post = next((p for p in actor.posts if p.role == self.role), None)
        else:
            post = actor.holds(self.role, matter.unit_id)
        return (post.role, post.unit_code) if post else None

    @property
    def title(self) -> str:
        from django.utils.translation import gettext as _

        return {"system": _("系统"), "applicant": _("申请人")}.get(self.role) or str(
            Role(self.role).label
        )


THE_APPLICANT = Who("applicant")
THE_SYSTEM = Who("system")


def posted(role: Role, *, anywhere: bool = False) -> Who:
    """Staff with the role in the matter's own unit, or in any unit."""
    return Who(role.value, anywhere)


@dataclass(frozen=True)
class Tell:
    """A message to the applicant. words: with %(title)s, %(number)s and what `with_` adds."""

    words: Words
    sms: bool = True

    @cached_property
    def source(self) -> str:
        """The words before translation: they are translated when they are shown."""
        with override("zh-hans"):
            return str(self.words)


@dataclass(frozen=True)
class Document:
    """A statutory document 文书 that a step makes: numbered, sealed and stored by a job.

    code: stable name. word: stands in its number, 湛开市监{word}〔2022〕1号. source: the Typst
    template. facts: what the template is told beside the matter's own data. titled: the name of
    the paper where it depends on the matter.
    """

    code: str
    title: Words
    word: str
    source: pathlib.Path
    facts: "Callable[[Matter, Event], dict[str, Any]]"
    titled: "Callable[[Matter], str] | None" = None
    unsealed: bool = False

    def title_for(self, matter: "Matter") -> str:
        return self.titled(matter) if self.titled else str(self.title)


@dataclass(frozen=True)
class Opening:
    """What a step that opens a matter must bring. part_of: the matter it is a part of; that one's
    step `part_ended` is taken when it ends."""

    unit: Any
    title: str
    applicant: Any = None
    detail: Any = None
    part_of: "Matter | None" = None


@dataclass(frozen=True)
class Step:
    """A change of state that somebody may make.

    form: what is filled in. clock: what happens to the statutory clock. guard: a reason, with
    the cure, why it cannot be taken now. opens: makes the matter (only from NEW). effect:
    changes the detail. after: names of slow work done by a job once committed. document: what a
    job makes and seals, and `then` the automatic step taken when it is ready. key: letter on
    the keyboard. page: name of the route that draws the form where the generic page cannot. law:
    the article it rests on.
    """

    title: Words
    path: Path
    by: tuple[Who, ...]
    form: type[StepForm] = StepForm
    clock: "ClockAction | None" = None
    guard: "Callable[[Matter, Actor], str] | None" = None
    opens: "Callable[[Taking], Opening] | None" = None
    effect: "Callable[[Taking], None] | None" = None
    after: tuple[str, ...] = ()
    document: Document | None = None
    then: str = "record_document"
    tells: tuple[Tell, ...] = ()
    law: str = ""
    hint: Words = ""
    key: str = ""
    tone: str = ""
    page: str = ""
    name: str = field(default="")
    procedure: "type[Procedure] | None" = field(default=None, compare=False)

    def bound(self, name: str, procedure: "type[Procedure]") -> "Step":
        return replace(self, name=name, procedure=procedure)

    @property
    def is_opening(self) -> bool:
        return NEW in self.path.sources

    @property
    def is_automatic(self) -> bool:
        return all(who.role == "system" for who in self.by)

    def leaves(self, state: str) -> bool:
        return any(source.name == state for source in self.path.sources)

    def reaches(self, state: str) -> str:
        return self.path.to.name if self.path.to else state

    def admits(self, actor: Actor, matter: "Matter | None") -> tuple[str, str] | None:
        return next((found for who in self.by if (found := who.admits(actor, matter))), None)

    def who(self) -> str:
        return "、".join(dict.fromkeys(who.title for who in self.by))
