"""The only two questions about rights: what may this person see, may they take this step."""

from django.db.models import Model, Q
from django.utils.translation import gettext as _

from ..people.actor import Actor
from ..people.roles import Role
from ..queries.once import Ask
from .declare import Step
from .models import Matter
from .refusals import NotAllowed, NotNow, Refusal, Stale

SEES_ALL = frozenset({Role.LEADER.value, Role.OPERATOR.value})
SEES_UNIT = (
    *(Role.CLERK.value, Role.APPROVER.value, Role.UNIT_ADMIN.value),
    *(Role.TOWN_CLERK.value, Role.DATA_OFFICER.value),
)
NOTHING = Q(pk__in=())

_paths: dict[type[Model], str] = {Matter: ""}
_units: dict[type[Model], str] = {}
_public: set[type[Model]] = set()


def seen_through(model: type[Model], path: str) -> None:
    """Declare that rows of `model` are seen by whoever sees the matter at `path`."""
    _paths[model] = f"{path}__"


def seen_in_unit(model: type[Model], path: str) -> None:
    """Declare that rows of `model` are the affair of the unit at `path`: its staff see them."""
    _units[model] = path


def seen_by_all(model: type[Model]) -> None:
    """Declare that rows of `model` are public (政府信息公开条例 第二十条)."""
    _public.add(model)


def is_public(model: type[Model]) -> bool:
    return model in _public


def sees_all(actor: Actor) -> bool:
    return actor.is_system or bool(actor.roles & SEES_ALL)


def visible(actor: Actor, model: type[Model]) -> Q:
    """A condition over `model`. Every list, detail, export, figure and endpoint uses it."""
    if model in _public:
        return Q()
    if sees_all(actor):
        return Q()
    if model in _units:
        return Q(**{f"{_units[model]}__in": sorted(actor.units_as(*SEES_UNIT))})
    path = _paths[model]
    seen = NOTHING
    if units := actor.units_as(*SEES_UNIT):
        seen = Q(**{f"{path}unit__in": sorted(units)})
    if actor.applicant_ids:
        mine = Q(**{f"{path}applicant__in": actor.applicant_ids})
        seen = mine if seen is NOTHING else seen | mine
    return seen


def staff_sees(everything: bool) -> Q:
    """The same over matters for staff, of a query that is built once: `units` is asked for."""
    return Q() if everything else Q(unit__among=Ask("units"))


def sees(actor: Actor, matter: Matter) -> bool:
    """The same answer for a matter already in hand, without asking the database."""
    return (
        sees_all(actor)
        or matter.unit_id in actor.units_as(*SEES_UNIT)
        or bool(matter.applicant_id and matter.applicant_id in actor.applicant_ids)
    )


def may(actor: Actor, step: Step, matter: Matter) -> Refusal | None:
    """Why the actor cannot take the step now; None when they can."""
    if not step.leaves(matter.state):
        return Stale(
            _("“%(step)s”现在不能办：%(number)s 已处于“%(state)s”")
            % {"step": step.title, "number": matter.number, "state": matter.stands_in.title}
        )
    if step.admits(actor, matter) is None:
        return not_allowed(step)
    if step.guard and (reason := step.guard(matter, actor)):
        return NotNow(reason)
    return None


def not_allowed(step: Step) -> NotAllowed:
    return NotAllowed(
        _("您不能办“%(step)s”，可由%(who)s办理") % {"step": step.title, "who": step.who()}
    )


def open_steps(actor: Actor, matter: Matter) -> list[Step]:
    """The buttons: steps this person may take now, in the order declared."""
    steps = (s for s in matter.procedure.from_state(matter.state) if not s.is_automatic)
    mine = (step for step in steps if step.admits(actor, matter))  # no words for all the others
    return [step for step in mine if may(actor, step, matter) is None]
