"""The reply letter 复函: one paper that answers every power of a letter."""

from pathlib import Path
from typing import Any

from tongban.kernel.ledger.models import Event
from tongban.kernel.procedures.declare import Document
from tongban.kernel.procedures.models import Matter

from .models import Answer, MunicipalPower


def _facts(matter: Matter, event: Event) -> dict[str, Any]:
    rows = MunicipalPower.objects.filter(letter=matter.pk).select_related("matter__unit")
    lists: dict[str, list[dict[str, str]]] = {answer.value: [] for answer in Answer}
    for power in rows.order_by("code"):
        lists[power.answer].append(
            {
                "name": power.name,
                "city": power.municipal_unit,
                "unit": power.matter.unit.short_name,
                "reason": power.reason,
                "arrangements": power.arrangements,
            }
        )
    letter = matter.detail
    return {
        "asked": letter.name,
        "asked_number": letter.document_number,
        "district": matter.unit.parent.name if matter.unit.parent else matter.unit.name,
        **lists,
    }


REPLY = Document(
    "municipal_reply",
    "关于承接市级审批权限的复函",
    "函",
    Path(__file__).parent / "letters" / "reply.typ",
    _facts,
    unsealed=True,
)
