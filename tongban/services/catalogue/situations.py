"""Which materials a person needs, given their answers. One rule for page, form and API."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from .models import ImplementationList, Material, ServiceItem, Situation


@dataclass(frozen=True)
class Question:
    text: str
    options: tuple[str, ...]


class UnknownAnswer(ValueError):
    """An answer that the item does not offer; the text names question and options."""


class Needs:
    """The questions of a version and the materials they lead to; two statements in all."""

    def __init__(self, version: ImplementationList):
        self.version = version
        self.materials = list(version.materials.all())
        self.situations: list[Situation] = list(version.situations.all())

    @property
    def questions(self) -> list[Question]:
        options: dict[str, list[str]] = {}
        for situation in self.situations:
            options.setdefault(situation.question, []).append(situation.option)
        return [Question(text, tuple(answers)) for text, answers in options.items()]

    def check(self, answers: dict[str, str]) -> None:
        """Raise UnknownAnswer unless every question has one of its own options."""
        for question in self.questions:
            given = answers.get(question.text)
            if given not in question.options:
                raise UnknownAnswer(
                    _("“%(question)s”请选择%(options)s中的一项")
                    % {"question": question.text, "options": "、".join(question.options)}
                )
        unknown = set(answers) - {question.text for question in self.questions}
        if unknown:
            raise UnknownAnswer(_("没有“%s”这个问题，请刷新页面后重新选择") % min(unknown))

    def under(self, answers: dict[str, str]) -> list[Material]:
        """Materials everybody needs, and those the answers add."""
        conditional = {s.adds_id for s in self.situations if s.adds_id}
        added = {s.adds_id for s in self.situations if answers.get(s.question) == s.option}
        return [m for m in self.materials if m.pk not in conditional or m.pk in added]

    def barred(self, answers: dict[str, str]) -> list[str]:
        """Why a person with these answers cannot apply; nothing when they can."""
        return [
            s.excludes
            for s in self.situations
            if s.excludes and answers.get(s.question) == s.option
        ]


def needs_of(item: ServiceItem) -> Needs:
    """The needs under the version in force, which a published item has."""
    assert item.current is not None
    return Needs(item.current)
