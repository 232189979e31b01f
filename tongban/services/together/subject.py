"""A theme as what is applied for: each question, fact and material of its parts asked once."""

from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from tongban.services.cases.opening import must_be_handed_in
from tongban.services.catalogue.form_fields import Asked, asked_once
from tongban.services.catalogue.models import (
    ImplementationList,
    Material,
    Status,
    Theme,
    ThemeItem,
)
from tongban.services.catalogue.situations import Needs, Question, UnknownAnswer


def parts_of(theme: Theme) -> list[ThemeItem]:
    """Those whose items are published, with what their lists ask; a few statements in all."""
    version = ImplementationList.objects.prefetch_related("materials", "situations")
    rows = theme.parts.filter(item__status=Status.PUBLISHED).select_related("item__unit")
    return list(rows.prefetch_related(Prefetch("item__current", version)))


class OneTheme:
    field = "theme"

    def __init__(self, theme: Theme):
        self.theme, self.code, self.name = theme, theme.code, theme.name
        told = {"rule": theme.get_rest_display()}
        self.told = _("一项未办成时：%(rule)s") % told
        self.key: dict[str, Any] = {"theme": theme}
        self.parts = parts_of(theme)
        self.needs = [Needs(part.item.current) for part in self.parts if part.item.current]
        self.questions = self._questions()

    def check(self, answers: dict[str, str]) -> None:
        """Each part is asked what it asks; Raises UnknownAnswer."""
        for need in self.needs:
            need.check(own(need, answers))
        if unknown := set(answers) - {question.text for question in self.questions}:
            raise UnknownAnswer(min(unknown))

    def under(self, answers: dict[str, str]) -> list[Material]:
        """Each material once, by name: where one part must have it, it must be handed in."""
        found: dict[str, Material] = {}
        for need in self.needs:
            for material in need.under(answers):
                known = found.setdefault(material.name, material)
                if must_be_handed_in(material) and not must_be_handed_in(known):
                    found[material.name] = material
        return list(found.values())

    def fields(self, answers: dict[str, str]) -> list[Asked]:
        return asked_once((need.version.form_fields for need in self.needs), answers)

    def barred(self, answers: dict[str, str]) -> list[str]:
        return [reason for need in self.needs for reason in need.barred(answers)]

    def _questions(self) -> list[Question]:
        """Every question once, however many parts ask it; options in the order first met."""
        found: dict[str, tuple[str, ...]] = {}
        for need in self.needs:
            for question in need.questions:
                known = found.get(question.text, ())
                found[question.text] = tuple(dict.fromkeys((*known, *question.options)))
        return [Question(text, options) for text, options in found.items()]


def own(need: Needs, answers: dict[str, str]) -> dict[str, str]:
    """The answers to the questions that this part asks."""
    asked = {question.text for question in need.questions}
    return {question: answer for question, answer in answers.items() if question in asked}
