"""Monthly settlement with a vendor: drawn up from what was delivered, agreed, paid."""

from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.kernel.people.actor import Actor
from tongban.kernel.people.roles import Role
from tongban.kernel.procedures.declare import NEW, Opening, State, Step, posted
from tongban.kernel.procedures.forms import ReasonForm
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.procedure import Procedure
from tongban.kernel.procedures.refusals import NotNow
from tongban.kernel.procedures.taking import Taking
from tongban.kernel.units.bureau import bureau

from .forms import SettleForm, VoucherForm
from .models import Carving, Settlement, Vendor

operator = posted(Role.OPERATOR, anywhere=True)
SHOWN = 200


def open_settlement(taking: Taking) -> Opening:
    """The vendor is locked: of two who press at once the second finds nothing left."""
    vendor, month = taking.data["vendor"], taking.data["month"]
    Vendor.objects.select_for_update(no_key=True).get(pk=vendor.pk)
    if Settlement.objects.filter(vendor=vendor, month=month, live=True).exists():
        raise NotNow(_("%(vendor)s %(month)s 已经结算过") % _told(vendor, month))
    rows = Carving.objects.filter(vendor=vendor, settlement=None, live=True)
    rows = rows.filter(delivered_on__year=month.year, delivered_on__month=month.month)
    prices = list(rows.values_list("fen", flat=True))
    if not prices:
        raise NotNow(_("%(vendor)s %(month)s 没有交付的印章") % _told(vendor, month))
    detail = Settlement(vendor=vendor, month=month, sets=len(prices), fen=sum(prices))
    taking.facts |= {"sets": detail.sets, "fen": detail.fen}
    taking.after_saving.append(partial(_claim, taking, rows))
    title = _("%(vendor)s %(month)s 刻章结算") % _told(vendor, month)
    return Opening(unit=bureau(), title=title, detail=detail)


def _told(vendor: Vendor, month: Any) -> dict[str, str]:
    return {"vendor": vendor.name, "month": f"{month:%Y-%m}"}


def _claim(taking: Taking, rows: Any) -> None:
    rows.update(settlement=taking.detail)


def let_go(taking: Taking) -> None:
    taking.detail.live = False
    Carving.objects.filter(settlement=taking.matter.pk).update(settlement=None)


def panel_of(matter: Matter, actor: Actor) -> dict[str, Any]:
    rows = Carving.objects.filter(settlement=matter.pk).select_related("matter")
    found = matter.detail
    return {
        "settlement": found,
        "yuan": found.fen / 100,
        "rows": rows.order_by("delivered_on", "pk")[:SHOWN],
    }


class Settling(Procedure):
    code, title = "settlement", gettext_lazy("刻章结算")
    detail, detail_name = Settlement, "settlement"
    related = ("settlement__vendor",)
    panel = staticmethod(panel_of)
    panel_template = "startup/settlement.html"

    drawn = State(gettext_lazy("已制单"))
    agreed = State(gettext_lazy("已对账"))
    paid = State(gettext_lazy("已付款"), final=True)
    void = State(gettext_lazy("已作废"), final=True, side=True)

    draw_up = Step(
        gettext_lazy("制结算单"),
        NEW >> drawn,
        by=(operator,),
        form=SettleForm,
        opens=open_settlement,
    )
    agree = Step(gettext_lazy("对账一致"), drawn >> agreed, by=(operator,), key="A")
    pay = Step(
        gettext_lazy("已付款"),
        agreed >> paid,
        by=(operator,),
        form=VoucherForm,
        effect=lambda taking: setattr(taking.detail, "voucher", taking.data["voucher"]),
        key="P",
    )
    cancel = Step(
        gettext_lazy("作废"),
        (drawn | agreed) >> void,
        by=(operator,),
        form=ReasonForm,
        effect=let_go,
        tone="danger",
    )
