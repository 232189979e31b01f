"""Posts that make the steps of a list: `approver` of the unit itself, `WJ:approver` of another."""

from tongban.kernel.people.roles import Role

REVIEWERS = (Role.CLERK, Role.APPROVER, Role.UNIT_ADMIN)
COLON = ":"


def parted(post: str) -> tuple[str, str]:
    """The code of the other unit, empty for the unit itself, and the role."""
    unit, _colon, role = post.rpartition(COLON)
    return unit, role


def is_elsewhere(post: str) -> bool:
    return COLON in post


def words(post: str) -> str:
    """With the role by its name; what names no role is left as it is."""
    unit, role = parted(post)
    if role not in Role.values:
        return post
    return f"{unit}{COLON if unit else ''}{Role(role).label}"
