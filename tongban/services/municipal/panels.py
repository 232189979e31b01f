"""What the pages of a letter and of a power show."""

from typing import Any

from django.db.models import Count, Sum

from tongban.kernel.people.actor import Actor
from tongban.kernel.procedures.models import Matter
from tongban.services.seals.models import SealedDocument

from .load import likeness
from .models import Answer, MunicipalPower

ACCEPTED = (Answer.AGREE, Answer.REQUEST, Answer.URGENT)
LOAD = {
    "count": Count("pk"),
    "cases": Sum("cases_per_year"),
    "people": Sum("staff"),
    "seals_needed": Sum("seals"),
    "accounts_needed": Sum("accounts"),
}


def letter_panel(matter: Matter, actor: Actor) -> dict[str, Any]:
    powers = MunicipalPower.objects.filter(letter=matter.pk)
    counted = dict(powers.order_by().values_list("answer").annotate(Count("pk")))
    accepted: Any = powers.filter(answer__in=ACCEPTED).order_by().values("matter__unit__short_name")
    return {
        "letter": matter.detail,
        "answers": [(a, counted.get(a.value, 0)) for a in Answer],
        "open": counted.get("", 0),
        "loads": accepted.annotate(**LOAD).order_by("-people", "matter__unit"),
        "total": powers.filter(answer__in=ACCEPTED).aggregate(**LOAD),
        "documents": SealedDocument.objects.filter(matter=matter, file__isnull=False),
    }


def power_panel(matter: Matter, actor: Actor) -> dict[str, Any]:
    power = matter.detail
    return {"power": power, "like": likeness(power.name)}
