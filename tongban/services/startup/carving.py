"""免费刻章: ordered for a company once, given to the vendors in turn, filed with the police, handed
over."""

from dataclasses import replace
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.kernel.people.actor import Actor
from tongban.kernel.people.models import Applicant, EnterpriseRecord
from tongban.kernel.people.roles import Role
from tongban.kernel.procedures.clockwork import Stop, start
from tongban.kernel.procedures.declare import (
    NEW,
    THE_APPLICANT,
    THE_SYSTEM,
    Opening,
    State,
    Step,
    Tell,
    posted,
)
from tongban.kernel.procedures.forms import ReasonForm
from tongban.kernel.procedures.in_person import asker
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.procedure import Procedure
from tongban.kernel.procedures.refusals import NotNow, wrong
from tongban.kernel.procedures.taking import Taking
from tongban.kernel.units.bureau import bureau
from tongban.services.evaluation.step import evaluation

from .forms import (
    FREE,
    SEALS,
    BroughtForm,
    CarveForForm,
    CarveForm,
    CarvePartForm,
    HandForm,
    MadeForm,
)
from .models import Carving, Vendor

RULES, DAYS = "免费刻章实施办法", 1
clerk, operator = posted(Role.CLERK), posted(Role.OPERATOR)
anywhere = posted(Role.CLERK, anywhere=True)


def open_order(taking: Taking) -> Opening:
    return _opening(taking, asker(taking))


def open_part(taking: Taking) -> Opening:
    rows = Matter.objects.select_related("applicant").filter(number=taking.data["startup"])
    whole = rows.first()
    if whole is None:
        raise wrong("startup", _("没有这个企业开办件"))
    return replace(_opening(taking, whole.applicant, registered=True), part_of=whole)


def _opening(taking: Taking, applicant: Applicant | None, *, registered: bool = False) -> Opening:
    uscc, company = taking.data["uscc"], taking.data["company"]
    if Carving.objects.filter(uscc=uscc, live=True).exists():
        raise NotNow(_("这家企业已经免费刻过一套印章；补刻请到刻章单位自费办理"))
    known = EnterpriseRecord.objects.filter(uscc=uscc).first()
    if known is None and not registered:
        raise wrong("uscc", _("企业登记库里没有这个代码，请先办理设立登记"))
    vendor = next_vendor(taking)
    detail = Carving(
        company=known.name if known else company,
        uscc=uscc,
        seals=list(FREE),
        vendor=vendor,
        fen=vendor.fen,
    )
    return Opening(unit=bureau(), title=detail.company, applicant=applicant, detail=detail)


def next_vendor(taking: Taking) -> Vendor:
    """Who has had the fewest sets this month; of equals the first. Locked, so that two orders of
    the same second do not both go to the same one."""
    locked = Vendor.objects.select_for_update(no_key=True).filter(active=True).order_by("pk")
    if not list(locked.values_list("pk")):
        raise NotNow(_("没有签约的刻章单位，请联系政数局"))
    since = taking.today.replace(day=1)
    ordered = Q(carvings__live=True, carvings__matter__opened_at__date__gte=since)
    rows = Vendor.objects.filter(active=True)
    found = rows.annotate(n=Count("carvings", filter=ordered)).order_by("n", "pk").first()
    assert found is not None
    return found


def open_brought(taking: Taking) -> Opening:
    data, vendor = taking.data, taking.data["vendor"]
    detail = Carving(
        company=data["company"],
        uscc=data["uscc"],
        seals=list(FREE),
        vendor=vendor,
        fen=vendor.fen,
        delivered_on=taking.today,
    )
    return Opening(unit=bureau(), title=detail.company, detail=detail)


def hand_over(taking: Taking) -> None:
    carving, data = taking.detail, taking.data
    carving.delivered_on = taking.today
    carving.receiver, carving.waybill = data["receiver"], data["waybill"]


def panel_of(matter: Matter, actor: Actor) -> dict[str, Any]:
    words = dict(SEALS)
    carving = matter.detail
    return {"carving": carving, "seals": [words[key] for key in carving.seals]}


class Engraving(Procedure):
    code, title = "carving", gettext_lazy("免费刻章")
    detail, detail_name = Carving, "carving"
    related = ("carving__vendor",)
    panel = staticmethod(panel_of)
    panel_template = my_template = "startup/carving.html"

    ordered = State(gettext_lazy("刻制中"))
    made = State(gettext_lazy("已刻好"))
    delivered = State(gettext_lazy("已交付"), final=True)
    cancelled = State(gettext_lazy("已取消"), final=True, side=True)

    order = Step(
        gettext_lazy("申请免费刻章"),
        NEW >> ordered,
        by=(THE_APPLICANT,),
        form=CarveForm,
        opens=open_order,
        clock=start(DAYS, RULES),
        hint=gettext_lazy("新开办的企业免费刻一套四枚：公章、财务章、发票章、法定代表人名章。"),
        tells=(Tell(gettext_lazy("“%(title)s”的免费刻章已下单，一个工作日内刻好"), sms=False),),
    )
    order_for = Step(
        gettext_lazy("代为下单"),
        NEW >> ordered,
        by=(anywhere,),
        form=CarveForForm,
        opens=open_order,
        clock=start(DAYS, RULES),
    )
    order_part = Step(
        gettext_lazy("开办同时刻章"),
        NEW >> ordered,
        by=(THE_SYSTEM,),
        form=CarvePartForm,
        opens=open_part,
        clock=start(DAYS, RULES),
    )
    bring_in = Step(
        gettext_lazy("补录"),
        NEW >> delivered,
        by=(THE_SYSTEM,),
        form=BroughtForm,
        opens=open_brought,
    )
    make = Step(
        gettext_lazy("刻好"),
        ordered >> made,
        by=(clerk, operator),
        form=MadeForm,
        effect=lambda taking: setattr(taking.detail, "filed", taking.data["filed"]),
        clock=Stop(),
        key="M",
    )
    send_back = Step(
        gettext_lazy("退回重刻"), made >> ordered, by=(clerk, operator), form=ReasonForm
    )
    deliver = Step(
        gettext_lazy("交付"),
        made >> delivered,
        by=(clerk, operator),
        form=HandForm,
        effect=hand_over,
        tells=(Tell(gettext_lazy("“%(title)s”的印章已交付"), sms=False),),
        key="D",
    )
    cancel = Step(
        gettext_lazy("取消刻章"),
        ordered >> cancelled,
        by=(clerk, operator, THE_APPLICANT),
        form=ReasonForm,
        effect=lambda taking: setattr(taking.detail, "live", False),
        clock=Stop(),
        tone="danger",
    )
    evaluate = evaluation(delivered)
