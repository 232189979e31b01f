"""The case somebody names by its number: it must be their own."""

from django.utils.translation import gettext as _

from tongban.kernel.people.models import Applicant
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.refusals import wrong
from tongban.kernel.procedures.taking import Taking


def case_of(taking: Taking, applicant: Applicant | None) -> Matter | None:
    """Of the field `about`; None when it is left empty. Raises Invalid when they have no such."""
    number = taking.data["about"]
    if not number:
        return None
    found = Matter.objects.filter(number=number, applicant=applicant).first()
    if found is None:
        raise wrong("about", _("这位申请人没有这个编号的办件；不记得可以不填"))
    return found
