"""How other procedures consult units: ask within a step, and read what came back."""

from collections.abc import Mapping
from functools import partial

from django.utils.translation import gettext as _

from tongban.kernel.people.actor import Actor, the_system
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.taking import Taking, take

from .models import Consultation
from .procedure import Consulting

Points = list[dict[str, str]]  # [{key, title}]


def ask(taking: Taking, units: Mapping[str, Points], question: str, days: int) -> None:
    """Ask each unit (by its code) about this matter; written with the step that asks.

    days: working days for the answer.
    """
    for unit, points in units.items():
        data = {"unit": unit, "question": question, "days": days, "points": points}
        taking.after_saving.append(partial(_open, taking, data))


def _open(taking: Taking, data: dict[str, object]) -> None:
    about = taking.matter
    key = f"ask:{about.number}:{about.head_seq}:{data['unit']}"
    data = {**data, "about": about.number}
    take(Consulting.ask, None, the_system(), data, key=key, at=taking.at)


def opinions(about: Matter) -> list[Consultation]:
    """The newest of each unit: one asked twice is heard by its last word."""
    rows = Consultation.objects.filter(about=about).select_related("matter__unit")
    return list({row.matter.unit_id: row for row in rows.order_by("pk")}.values())


def opinions_are_in(about: Matter, actor: Actor) -> str:
    """A guard: whom an answer is still awaited from; empty when from nobody."""
    rows = Consultation.objects.filter(about=about, matter__closed_at=None)
    names = list(rows.values_list("matter__unit__short_name", flat=True).order_by("matter__unit"))
    if not names:
        return ""
    return _("还在等 %(units)s 的意见，答复或到期后再办") % {"units": "、".join(names)}
