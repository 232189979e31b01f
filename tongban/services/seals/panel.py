"""What the desk shows of a seal: its picture, what it may be used for, and every use of it."""

from typing import Any

from django.utils import timezone
from django.utils.safestring import mark_safe

from tongban.kernel.people.actor import Actor
from tongban.kernel.procedures.models import Matter

from .forms import document_kinds
from .models import Seal, SealAuthorisation, SealedDocument, waiting_in
from .picture import as_svg

MOST_SHOWN = 50


def panel_of(matter: Matter, actor: Actor) -> dict[str, Any]:
    seal: Seal = matter.detail
    papers = SealedDocument.objects.filter(seal=seal, file__isnull=False)
    given = SealAuthorisation.objects.filter(seal=seal).select_related("person", "document")
    titles = dict(document_kinds())
    today = timezone.localdate()
    return {
        "seal": seal,
        "picture": mark_safe(as_svg(seal.name)),  # noqa: S308 - names are escaped there
        "made": seal.from_on is not None,
        "authorisations": [
            (one, titles.get(one.document_kind, ""), one.to_on is not None and one.to_on < today)
            for one in given
        ],
        "papers": papers.order_by("-made_at")[:MOST_SHOWN],
        "count": papers.count(),
        "waiting": waiting_in(matter.unit_id),
    }
