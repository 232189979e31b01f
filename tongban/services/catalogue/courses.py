"""The usual courses of an item 办理流程: chosen by name in the editor, which fills in the steps.

What a list says is its steps; the name is only read from them, so that a list whose steps were
changed by hand is what it is: a course of its own.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from .documents import Document
from .elements import Commitment

Steps = list[dict[str, Any]]
EXPERT_DAYS = 20


def _step(name: str, post: str, days: int, *after: str) -> dict[str, Any]:
    return {"name": name, "post": post, "days": days, "after": list(after)}


def _road(*further: dict[str, Any]) -> Steps:
    """Received, examined, what comes on top, decided, handed over."""
    last = [step["name"] for step in further] or ["审查"]
    return [
        _step("受理", "clerk", 0),
        _step("审查", "approver", 1, "受理"),
        *further,
        _step("决定", "approver", 1, *last),
        _step("办结送达", "clerk", 0, "决定"),
    ]


@dataclass(frozen=True)
class Course:
    title: Any
    steps: Steps
    commitment: Commitment = Commitment.PROMISE
    special_procedures: Steps | None = None

    def elements(self) -> dict[str, Any]:
        """What choosing it fills in; everything else stays as it is."""
        found: dict[str, Any] = {"steps": self.steps, "commitment": self.commitment.value}
        if self.special_procedures:
            found["special_procedures"] = self.special_procedures
        return found


COURSES = {
    "instant": Course(
        _("即办"),
        [_step("受理", "clerk", 0), _step("办结送达", "clerk", 0, "受理")],
        Commitment.INSTANT,
    ),
    "promise": Course(_("一般承诺"), _road()),
    "site_check": Course(_("加现场核查"), _road(_step("现场核查", "clerk", 3, "审查"))),
    "second_review": Course(_("加复核"), _road(_step("复核", "unit_admin", 1, "审查"))),
    "expert_review": Course(
        _("加专家评审"),
        _road(_step("专家评审意见汇总", "approver", 2, "审查")),
        special_procedures=[
            {"name": "专家评审", "days": EXPERT_DAYS, "law": "行政许可法 第四十五条"}
        ],
    ),
    "check_and_review": Course(
        _("加现场核查和复核"),
        _road(_step("现场核查", "clerk", 3, "审查"), _step("复核", "unit_admin", 1, "现场核查")),
    ),
}


def course_of(steps: Steps) -> str:
    """Key of the course with these steps, whatever days each takes; empty when it is of its own."""
    wanted = _shape(steps)
    return next((key for key, one in COURSES.items() if _shape(one.steps) == wanted), "")


def filled(document: Document, key: str) -> Document:
    """The document with what the course fills in; unchanged for an unknown key."""
    course = COURSES.get(key)
    if course is None:
        return document
    return {**document, "elements": {**document["elements"], **course.elements()}}


def _shape(steps: Steps) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(step["name"], step["post"], tuple(step["after"])) for step in steps]
