"""Figures of delegation: what is in force with the towns on a day."""

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongban.kernel.metrics.metric import COUNT, Metric, register

from .models import DelegatedItem, DelegationBatch

SOURCE = "年度总结 政务服务事项"


def with_towns_on(day: date) -> Q:
    return Q(in_force_on__lte=day) & (Q(taken_back_on=None) | Q(taken_back_on__gt=day))


def effective_on(day: date) -> Q:
    """Batches of which at least one item was in force by the day."""
    begun = DelegatedItem.objects.filter(in_force_on__lte=day).values("batch")
    return Q(pk__in=begun)


delegated_items = register(
    Metric(
        key="delegated_items",
        title=_("下放镇街综合执法事项"),
        unit=_("项"),
        basis=_("已在镇街实施、没有收回的下放事项，一个镇街的一个事项为一项"),
        source=SOURCE,
        rows=lambda: DelegatedItem.objects.all(),
        value=COUNT,
        by=(
            ("town", _("镇街"), "town__code", "town__short_name"),
            ("batch", _("批次"), "batch__name", "batch__name"),
            ("unit", _("单位"), "item__unit__code", "item__unit__short_name"),
        ),
        as_of=with_towns_on,
        columns=(
            *((_("事项"), "item__name"), (_("单位"), "item__unit__short_name")),
            *((_("镇街"), "town__short_name"), (_("批次"), "batch__name")),
            (_("实施日期"), "in_force_on"),
        ),
        address=lambda row: f"/desk/items/{row.town_item.implementation_code}/",
        pulls=("in_force_on", "pk"),
    )
)
delegation_batches = register(
    Metric(
        key="delegation_batches",
        title=_("下放批次"),
        unit=_("批"),
        basis=_("至少一项已在镇街实施的批次"),
        source=SOURCE,
        rows=lambda: DelegationBatch.objects.all(),
        value=COUNT,
        by=(("kind", _("方式"), "kind", "kind"),),
        as_of=effective_on,
        columns=(
            *((_("批次"), "name"), (_("文号"), "document_number")),
            (_("生效日期"), "effective_on"),
        ),
        address=lambda row: f"/desk/delegation/{row.matter.number}/",
        pulls=("effective_on",),
    )
)
