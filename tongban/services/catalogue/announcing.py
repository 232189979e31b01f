"""Announcing the power and responsibility list 权责清单: sealed anew when a unit's powers change.

广东省权责清单管理办法: what is adjusted is announced again, with the day from which it counts.
"""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.kernel.ledger.models import Event
from tongban.kernel.people.actor import the_system
from tongban.kernel.people.roles import Role
from tongban.kernel.procedures.after import work
from tongban.kernel.procedures.declare import (
    NEW,
    THE_SYSTEM,
    Document,
    Opening,
    State,
    Step,
    posted,
)
from tongban.kernel.procedures.forms import StepForm
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.procedure import Procedure
from tongban.kernel.procedures.refusals import wrong
from tongban.kernel.procedures.taking import Taking, take
from tongban.kernel.units.models import Unit
from tongban.services.seals.models import SealedDocument

from . import powers
from .models import Change, PowerListIssue

ANNOUNCE = "announce_powers"
RULES = "广东省权责清单管理办法"


class AnnounceForm(StepForm):
    unit = forms.ModelChoiceField(
        label=gettext_lazy("单位"),
        queryset=Unit.objects.filter(kind__in=(Unit.Kind.DEPARTMENT, Unit.Kind.TOWN)),
        to_field_name="code",
    )


def open_issue(taking: Taking) -> Opening:
    unit: Unit = taking.data["unit"]
    actor = taking.actor
    everywhere = actor.is_system or Role.OPERATOR in actor.roles
    if not everywhere and unit.pk not in actor.units_as(Role.UNIT_ADMIN):
        raise wrong("unit", _("只能公布本单位的权责清单"))
    total = powers.powers(unit, taking.today).count()
    if not total:
        raise wrong("unit", _("%s没有已发布的权力事项，不用公布") % unit.short_name)
    issue = PowerListIssue(on=taking.today, total=total)
    return Opening(unit=unit, title=_("%s权责清单") % unit.name, detail=issue)


def _facts(matter: Matter, event: Event) -> dict[str, Any]:
    return powers.facts(matter.unit, matter.detail.on)


POWER_LIST = Document(
    "power_list", "权责清单", "清", powers.TEMPLATE, _facts, lambda m: m.title, unsealed=True
)


class Announcing(Procedure):
    code, title = "power_list", gettext_lazy("权责清单公布")
    detail, detail_name = PowerListIssue, "power_list_issue"
    panel_template = "catalogue/issue.html"

    announced = State(gettext_lazy("已公布"), final=True)

    announce = Step(
        gettext_lazy("公布权责清单"),
        NEW >> announced,
        by=(THE_SYSTEM, posted(Role.OPERATOR), posted(Role.UNIT_ADMIN)),
        form=AnnounceForm,
        opens=open_issue,
        document=POWER_LIST,
        law=RULES,
    )


@work(ANNOUNCE)
def announce_again(matter: Matter, event: object) -> None:
    """After a change of powers; of several changes only the last announces."""
    change = Change.objects.get(pk=matter.pk)
    if not change.lines.filter(kind__in=powers.POWERS).exists():
        return
    later = Change.objects.filter(matter__unit=matter.unit_id, matter__state="published")
    if later.filter(matter__closed_at__gt=matter.closed_at).exists():
        return
    data = {"unit": matter.unit.code}
    take(Announcing.announce, None, the_system(), data, key=f"announce:{matter.number}")


def newest(unit: Unit) -> SealedDocument | None:
    """The last announced list of a unit, once its paper is made."""
    made = SealedDocument.objects.filter(kind=POWER_LIST.code, matter__unit=unit)
    return made.filter(file__isnull=False).select_related("file").order_by("-pk").first()
