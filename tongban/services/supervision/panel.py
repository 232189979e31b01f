"""What the page of a finding shows: the rule with its law, the evidence, what the unit says."""

from typing import Any

from tongban.kernel.people.actor import Actor
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.scope import sees

from .rules import EVIDENCE, RULES


def panel_of(matter: Matter, actor: Actor) -> dict[str, Any]:
    finding = matter.detail
    evidence = [(EVIDENCE.get(k, k), v) for k, v in finding.evidence.items() if v]
    return {
        "finding": finding,
        "rule": RULES[finding.rule],
        "evidence": evidence,
        "opens": sees(actor, finding.about),
    }
