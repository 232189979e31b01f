"""What the pages of a case show beside what every matter shows: materials, papers, bookings."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.kernel.people.actor import Actor
from tongban.kernel.people.models import Account
from tongban.kernel.procedures.models import Matter
from tongban.kernel.queries.once import Ask, Once
from tongban.services.booking.models import Booking
from tongban.services.catalogue.form_fields import FieldKind, asked
from tongban.services.consultation import asking
from tongban.services.seals.models import SealedDocument

from .models import Case, CaseMaterial

FORMS = {
    "original": gettext_lazy("网上填写的申请表"),
    "e_certificate": gettext_lazy("电子证照，免提交"),
    "copy": gettext_lazy("上传"),
}


BOOKING = Once(
    lambda: Booking.objects.filter(about=Ask("matter"), live=True).values(
        "slot__begins_at", "matter__number"
    )
)
PAPERS = Once(
    lambda: (
        SealedDocument.objects.filter(matter=Ask("matter"))
        .order_by("pk")
        .values("title", "number", "code", "file_id", "ofd_id")
    )
)
MATERIALS = Once(
    lambda: (
        CaseMaterial.objects.filter(case=Ask("case"))
        .order_by("pk")
        .values_list(
            *("material_id", "pk", "material__name", "material__form", "upload__name"),
            *("certificate__type__name", "certificate__document__number"),
        )
    )
)


@dataclass(frozen=True)
class HandedIn:
    """A material of a case: the newest file, or how it came without one."""

    pk: int
    name: str
    came_as: Any
    file_name: str | None


def panel_of(matter: Matter, actor: Actor) -> dict[str, Any]:
    case: Case = matter.detail
    booking = BOOKING.first(matter=matter.pk)
    return {
        "case": case,
        "materials": list(handed_in(case)),
        "answers": list(case.answers.items()),
        "facts": facts_of(case),
        "holder": case.paper_with,
        **_examined(matter, case),
        "documents": PAPERS.all(matter=matter.pk),
        "booking": booking,
        "bookable": matter.is_open and booking is None,
    }


def _examined(matter: Matter, case: Case) -> dict[str, Any]:
    """Reviews, checks on the spot, opinions of units."""
    if not case.further:
        return dict.fromkeys(("reviews", "checks", "asked", "opinions"), ())
    checks = list(case.site_checks.prefetch_related("photos"))
    reviews = list(case.reviews.all())
    codes = {r.reviewer for r in reviews} | {code for c in checks for code in c.officers}
    names = dict(Account.objects.filter(code__in=codes).values_list("code", "name"))
    return {
        "reviews": [(review, names.get(review.reviewer, "")) for review in reviews],
        "checks": [(c, "、".join(names.get(code, "") for code in c.officers)) for c in checks],
        "asked": list(case.joint_reviews.select_related("matter__unit")),
        "opinions": asking.opinions(matter),
    }


def facts_of(case: Case) -> list[tuple[str, str]]:
    """What was filled in, by the labels of the library; the personal is only said to be there."""
    rows = asked(case.version.form_fields, case.answers)
    found = []
    for one in rows:
        key = one.field.key
        value = case.facts.get(key) or getattr(case, key, "")
        if one.field.personal:
            value = _("（个人信息，另存）")
        elif one.field.kind == FieldKind.TOWN:
            value = case.town or value
        if value:
            found.append((one.field.words, str(value)))
    return found


def handed_in(case: Case) -> Iterator[HandedIn]:
    newest = {row[0]: row for row in MATERIALS.all(case=case.pk)}
    for _id, pk, name, form, file_name, certificate, paper in newest.values():
        if certificate:
            yield HandedIn(pk, name, _("电子证照“%s”，免提交") % certificate, paper)
        else:
            yield HandedIn(pk, name, FORMS.get(form, ""), file_name)
