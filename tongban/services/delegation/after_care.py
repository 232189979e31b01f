"""After-care 后评估: towns report what they did with delegated powers, quarter by quarter."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.kernel.people.actor import Actor
from tongban.kernel.people.roles import Role
from tongban.kernel.procedures.declare import NEW, Opening, State, Step, posted
from tongban.kernel.procedures.procedure import Procedure
from tongban.kernel.procedures.refusals import wrong
from tongban.kernel.procedures.taking import Taking
from tongban.kernel.units.models import Unit

from .forms import AfterCareForm
from .models import AfterCare, AfterCareReport
from .panels import report_panel
from .using import in_force

REPORTING = (posted(Role.TOWN_CLERK), posted(Role.UNIT_ADMIN))


def open_report(taking: Taking) -> Opening:
    quarter, rows = taking.data["quarter"], taking.data["rows"]
    town = _town(taking.actor)
    held = in_force().filter(town=town, town_item__implementation_code__in=rows)
    lines = {line.town_item.implementation_code: line for line in held.select_related("town_item")}  # type: ignore[union-attr]
    if unknown := set(rows) - set(lines):
        raise wrong(
            "rows",
            _("%(code)s 不是%(town)s正在实施的事项，请核对")
            % {"code": min(unknown), "town": town.short_name},
        )
    if AfterCare.objects.filter(line__in=lines.values(), quarter=quarter).exists():
        raise wrong("quarter", _("%s 已经报过，每季报一次") % quarter)
    detail = AfterCareReport(quarter=quarter)

    def keep() -> None:
        AfterCare.objects.bulk_create(
            AfterCare(
                line=lines[code],
                report=detail,
                quarter=quarter,
                cases=cases,
                reversed=overturned,
                lost=lost,
            )
            for code, (cases, overturned, lost) in rows.items()
        )

    taking.after_saving.append(keep)
    title = _("%(town)s %(quarter)s 承接事项办理情况") % {
        "town": town.short_name,
        "quarter": quarter,
    }
    return Opening(unit=town, title=title, detail=detail)


def _town(actor: Actor) -> Unit:
    towns = actor.units_as(Role.TOWN_CLERK, Role.UNIT_ADMIN)
    town = Unit.objects.filter(pk__in=towns, kind=Unit.Kind.TOWN).order_by("code").first()
    if town is None:
        raise wrong("rows", _("只有镇街可以报承接事项办理情况"))
    return town


class Reporting(Procedure):
    code, title = "after_care", gettext_lazy("承接事项季报")
    detail, detail_name = AfterCareReport, "after_care"
    panel = staticmethod(report_panel)
    panel_template = "delegation/report.html"

    reported = State(gettext_lazy("已报"), final=True)

    report = Step(
        gettext_lazy("报送季报"),
        NEW >> reported,
        by=REPORTING,
        form=AfterCareForm,
        opens=open_report,
        page="delegated_report",
        law="行政处罚法 第二十四条",
    )
