"""What an application is for: an item, or a theme as one thing; the pages ask both the same."""

from typing import Any, Protocol

from tongban.services.catalogue.form_fields import Asked, asked
from tongban.services.catalogue.models import Material, ServiceItem
from tongban.services.catalogue.situations import Question, needs_of


class Subject(Protocol):
    """field: how the step's form names it. key: how a draft of it is found.
    told: what must be known before it is sent."""

    field: str
    code: str
    name: str
    key: dict[str, Any]
    told: str
    questions: list[Question]

    def check(self, answers: dict[str, str]) -> None:
        """Raise UnknownAnswer unless every question has one of its own options."""

    def under(self, answers: dict[str, str]) -> list[Material]:
        """What must be handed in under these answers."""

    def fields(self, answers: dict[str, str]) -> list[Asked]:
        """What the form asks under these answers."""


class OneItem:
    field, told = "item", ""

    def __init__(self, item: ServiceItem):
        self.item, self.code, self.name = item, item.implementation_code, item.name
        self.key = {"item": item}
        self.needs = needs_of(item)
        self.questions = self.needs.questions

    def check(self, answers: dict[str, str]) -> None:
        self.needs.check(answers)

    def under(self, answers: dict[str, str]) -> list[Material]:
        return self.needs.under(answers)

    def fields(self, answers: dict[str, str]) -> list[Asked]:
        return asked(self.item.form_fields, answers)
