"""Figures of certificates."""

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext_lazy

from tongban.kernel.metrics.metric import COUNT, Metric, register

from .models import Certificate

BY_UNIT = ("unit", gettext_lazy("单位"), "matter__unit__code", "matter__unit__short_name")


def issued_by(day: date) -> Q:
    """Of those that hold now; history of suspensions is in each one's events."""
    return Q(valid_from__lte=day)


in_force = register(
    Metric(
        key="certificates_in_force",
        title=gettext_lazy("有效电子证照"),
        unit=gettext_lazy("张"),
        basis=gettext_lazy("已签发、现在有效的电子证照"),
        source="GB/T 36903—2018",
        rows=lambda: Certificate.objects.filter(matter__state="in_force"),
        value=COUNT,
        as_of=issued_by,
        by=(BY_UNIT, ("type", gettext_lazy("证照"), "type__code", "type__name")),
        matter="matter",
    )
)
