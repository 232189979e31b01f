"""The one who acts, as rights see them: a person with posts, an applicant, or the system."""

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from ..queries import prepared
from .models import Account
from .roles import Role

SYSTEM = "system"


@dataclass(frozen=True)
class Post:
    role: str
    unit_id: int
    unit_code: str
    unit_name: str = ""


@dataclass(frozen=True)
class Actor:
    """code: public id of the account; applicant_ids: oneself and those one is agent for."""

    code: str = ""
    name: str = ""
    account_id: int | None = None
    posts: tuple[Post, ...] = ()
    applicant_id: int | None = None
    applicant_ids: tuple[int, ...] = ()
    identity_level: int = 0
    is_system: bool = False
    roles: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "roles", frozenset(post.role for post in self.posts))

    @property
    def is_staff(self) -> bool:
        return bool(self.posts)

    @property
    def is_known(self) -> bool:
        return bool(self.account_id)

    def units_as(self, *roles: str) -> set[int]:
        """Ids of the units in which the actor holds one of the roles."""
        return {post.unit_id for post in self.posts if post.role in roles}

    def holds(self, role: str, unit_id: int | None) -> Post | None:
        return next((p for p in self.posts if p.role == role and p.unit_id == unit_id), None)


VISITOR = Actor()


def the_system() -> Actor:
    return Actor(code=SYSTEM, name=_("系统"), is_system=True)


HANDLING = (Role.CLERK, Role.APPROVER, Role.UNIT_ADMIN, Role.TOWN_CLERK)


def colleagues(unit: int, day: date) -> QuerySet[Account]:
    """Accounts with a post in the unit on the day that handles matters."""
    return Account.objects.filter(
        Q(assignments__to_on=None) | Q(assignments__to_on__gte=day),
        is_active=True,
        assignments__unit=unit,
        assignments__role__in=[role.value for role in HANDLING],
        assignments__from_on__lte=day,
    ).distinct()


ACTOR = """
select a.id, a.password, a.code, a.name, a.applicant_id, p.identity_level, p.name_masked,
  (select json_agg(json_build_array(s.role, s.unit_id, u.code, u.short_name) order by s.id)
     from people_assignment s join units_unit u on u.id = s.unit_id
     where s.account_id = a.id and s.from_on <= %(day)s
       and (s.to_on is null or s.to_on >= %(day)s)),
  (select json_agg(g.principal_id order by g.id) from people_agency g
     where g.agent_id = a.applicant_id and g.from_on <= %(day)s
       and (g.to_on is null or g.to_on >= %(day)s))
from people_account a left join people_applicant p on p.id = a.applicant_id
where a.id = any(%(ids)s) and a.is_active
"""


def actor_of(account: Account, day: date) -> Actor:
    found, _password = actor_and_password(account.pk, day)
    return found


def actor_and_password(account_id: int, day: date) -> tuple[Actor, str]:
    """A visitor when there is no such active account."""
    return actors_and_passwords([account_id], day).get(account_id, (VISITOR, ""))


def actors_and_passwords(accounts: list[int], day: date) -> dict[int, tuple[Actor, str]]:
    """Posts and principals in force on `day`, and the password's hash, which a session must
    still match: all in one statement, by the id of the account, of those that are active."""
    with prepared.cursor() as cursor:
        cursor.execute(ACTOR, {"ids": accounts, "day": day})
        return {row[0]: _actor(*row) for row in cursor.fetchall()}


def _actor(
    account_id: int,
    password: str,
    code: str,
    name: str,
    applicant_id: int | None,
    level: int | None,
    masked: str | None,
    posts: list[tuple[str, int, str, str]] | None,
    principals: list[int] | None,
) -> tuple[Actor, str]:
    own = (applicant_id,) if applicant_id else ()
    found = Actor(
        code=code,
        name=name or masked or "",
        account_id=account_id,
        posts=tuple(Post(*post) for post in posts or ()),
        applicant_id=applicant_id,
        applicant_ids=(*own, *(principals or ())),
        identity_level=level or 0,
    )
    return found, password
