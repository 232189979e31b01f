"""What the pages of one thing show: one picture of its parts, and where each one stands."""

from dataclasses import dataclass
from typing import Any

from tongban.kernel.people.actor import Actor
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.scope import sees
from tongban.services.catalogue import joint
from tongban.services.seals.models import SealedDocument
from tongban.services.themes import drawing, plan

from .models import Ended, OneThing, Part

LOOKS = {
    Ended.WAITING: "ahead",
    Ended.BEGUN: "now",
    Ended.GRANTED: "passed",
    Ended.FAILED: "failed",
    Ended.CANNOT: "failed",
}


@dataclass(frozen=True)
class Shown:
    """address: only for who may see the case; units see theirs alone. yours: it waits for the
    applicant."""

    part: Part
    address: str
    yours: bool
    documents: list[SealedDocument]


def panel_of(matter: Matter, actor: Actor) -> dict[str, Any]:
    thing: OneThing = matter.detail
    parts = list(thing.parts.select_related("item__unit", "case"))
    placed = joint.place(plan.part(row.item, row.after) for row in parts)
    cases = [row.case for row in parts if row.case and sees(actor, row.case)]
    papers = list(SealedDocument.objects.filter(matter__in=cases, file__isnull=False))
    looks = {row.item.implementation_code: LOOKS[Ended(row.standing)] for row in parts}
    return {
        "thing": thing,
        "picture": drawing.draw(matter.title, placed, looks),
        "parts": [_shown(row, cases, papers, actor) for row in parts],
        "papers": papers,
        "receipts": SealedDocument.objects.filter(matter=matter),
        "granted": sum(row.standing == Ended.GRANTED for row in parts),
    }


def _shown(row: Part, cases: list[Matter], papers: list[SealedDocument], actor: Actor) -> Shown:
    case = row.case
    if case is None or case not in cases:
        return Shown(row, "", False, [])
    mine = case.applicant_id in actor.applicant_ids
    address = f"/my/{case.number}/" if mine else f"/desk/case/{case.number}/"
    own = [paper for paper in papers if paper.matter_id == case.pk]
    return Shown(row, address, mine and case.state == "correcting", own)
