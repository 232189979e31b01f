"""The four ways a step is refused. Pages, API and jobs differ only in how they show them."""

from typing import Any

from django.utils.translation import gettext as _


class Refusal(Exception):
    """Why a step was not taken, in words for the person, with the cure."""

    code = "refused"

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


class Stale(Refusal):
    """Somebody was there first: says who did what, when."""

    code = "stale"


class NotAllowed(Refusal):
    """Says who could."""

    code = "not_allowed"


class NotNow(Refusal):
    """Says why and what to do."""

    code = "not_now"


class Invalid(Refusal):
    """errors: field → messages; form: the bound form, to be shown again as it was typed."""

    code = "invalid"

    def __init__(self, reason: str, errors: dict[str, list[str]], form: Any = None):
        super().__init__(reason)
        self.errors, self.form = errors, form

    @property
    def messages(self) -> list[str]:
        """All of them, each said once."""
        return list(dict.fromkeys(m for messages in self.errors.values() for m in messages))


def wrong(field: str, message: str) -> Invalid:
    """One field is wrong: said at once and at the field."""
    return invalid({field: [message]})


def invalid(errors: dict[str, list[str]], form: Any = None) -> Invalid:
    """What is wrong, field by field; the first is said at once."""
    first = next(iter(errors.values()))[0]
    return Invalid(_("还不能提交：%(first)s") % {"first": first}, errors, form)
