"""What the cases of an item took, beside what its list promises."""

from django.db.models import Aggregate, Count, F, FloatField, Max, Q

from tongban.services.catalogue.measured import Measured
from tongban.services.catalogue.models import ServiceItem

from .models import Case


class Median(Aggregate):
    """The middle value, by the database itself."""

    function = "percentile_cont"
    template = "%(function)s(0.5) within group (order by %(expressions)s)"
    output_field = FloatField()


def measured_of(item: ServiceItem) -> Measured:
    """Working days that closed cases used; a sum over all, in which no case can be seen."""
    closed = Case.objects.filter(item=item, matter__ended_on__isnull=False).order_by()
    found = closed.aggregate(
        cases=Count("pk"),
        median=Median("matter__used_days"),
        longest=Max("matter__used_days"),
        kept=Count("pk", filter=Q(matter__used_days__lte=F("promised_days"))),
    )
    share = 100 * found["kept"] / found["cases"] if found["cases"] else None
    return Measured(found["cases"], found["median"], found["longest"], share)
