"""What the page of a theme's change shows: the road, the limit, opinions."""

from typing import Any

from tongban.kernel.people.actor import Actor
from tongban.kernel.procedures.models import Matter
from tongban.services.catalogue import joint
from tongban.services.catalogue.elements import Rest
from tongban.services.catalogue.models import Theme
from tongban.services.consultation import asking

from . import drawing
from .plan import Plan, circular


def road(plan: Plan) -> dict[str, Any]:
    """The picture of a plan and its limits; or, for a circle, the circle."""
    try:
        placed = plan.placed()
    except joint.Circular as circle:
        return {"circle": circular(circle)}
    return {
        "flow": drawing.draw(plan.name, placed),
        "limit": joint.limit(placed),
        "sum": sum(one.part.days for one in placed),
        "bound": joint.BOUND_DAYS,
        "longer": joint.LONGER_DAYS,
        "over": joint.limit(placed) > joint.BOUND_DAYS,
    }


def panel_of(matter: Matter, actor: Actor) -> dict[str, Any]:
    change = matter.detail
    theme = Theme.objects.filter(code=change.code).first()
    plan = Plan.of(change.plan)
    before = set(Plan.of_theme(theme).parts) if theme else set()
    items = (plan if plan.parts else Plan.of_theme(theme) if theme else plan).items()
    return {
        "change": change,
        "plan": plan,
        "rest": Rest(plan.rest).label,
        "items": [(code, item, code not in before) for code, item in items.items()],
        "gone": before - set(plan.parts) if plan.parts else set(),
        "road": road(plan) if plan.parts else {},
        "opinions": asking.opinions(matter),
    }
