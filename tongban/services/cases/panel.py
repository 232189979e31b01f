"""What the pages of a case show beside what every matter shows: materials, papers, bookings."""

from typing import Any

from django.utils.translation import gettext_lazy

from tongban.kernel.people.actor import Actor
from tongban.kernel.procedures.models import Matter
from tongban.services.booking.models import Booking
from tongban.services.seals.models import SealedDocument

from .models import Case, CaseMaterial

FORMS = {
    "original": gettext_lazy("网上填写的申请表"),
    "e_certificate": gettext_lazy("电子证照,免提交"),
    "copy": gettext_lazy("上传"),
}


def panel_of(matter: Matter, actor: Actor) -> dict[str, Any]:
    case = Case.objects.select_related("item", "town").get(pk=matter.pk)
    newest: dict[int, CaseMaterial] = {}
    for row in case.materials.select_related("material", "upload__file"):
        newest[row.material_id] = row
    booking = (
        Booking.objects.filter(about=matter, live=True).select_related("slot", "matter").first()
    )
    return {
        "case": case,
        "materials": [(row, FORMS.get(row.material.form, "")) for row in newest.values()],
        "answers": list(case.answers.items()),
        "documents": SealedDocument.objects.filter(matter=matter).select_related("file"),
        "booking": booking,
        "bookable": matter.is_open and booking is None,
    }
