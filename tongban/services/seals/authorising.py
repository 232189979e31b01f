"""Which papers a seal may be used for, by whose steps, and until when."""

from datetime import date

from django.db.models import Q

from .models import Seal, SealAuthorisation, SealedDocument


def authorised(seal: Seal, document: SealedDocument, by: str, day: date) -> bool:
    """by: code of the account whose step makes the paper; `system` for jobs and deadlines."""
    kind = Q(document_kind="") | Q(document_kind=document.kind)
    standing = kind & (Q(person=None) | Q(person__code=by)) & Q(document=None)
    rows = SealAuthorisation.objects.filter(standing | Q(document=document), seal=seal)
    open_end = Q(to_on=None) | Q(to_on__gte=day)
    return rows.filter(open_end, from_on__lte=day).exists()
