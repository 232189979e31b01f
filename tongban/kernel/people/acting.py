"""For which unit a person acts."""

from ..units.models import Unit
from .actor import Actor


def unit_as(actor: Actor, *roles: str) -> Unit:
    """The unit of the first post the actor holds in one of the roles.

    Raises StopIteration when there is none: the step has admitted the actor before.
    """
    return Unit.objects.get(pk=next(p.unit_id for p in actor.posts if p.role in roles))
