"""The register of seals: state, period, uses beside papers; for heads and the bureau."""

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tongban.kernel.people.middleware import actor
from tongban.kernel.people.roles import Role
from tongban.kernel.procedures.scope import visible

from .models import Seal, SealedDocument


def board(request: HttpRequest) -> HttpResponse:
    """Two statements. uses and papers must agree: a seal is used for nothing else."""
    papers = Count("documents", filter=Q(documents__file__isnull=False))
    rows = Seal.objects.filter(visible(actor(request), Seal)).annotate(papers=papers)
    waiting = SealedDocument.objects.filter(visible(actor(request), SealedDocument), file=None)
    context = {
        "seals": list(rows.select_related("unit", "matter").order_by("code")),
        "waiting": waiting.count(),
        "applies": bool(actor(request).units_as(Role.UNIT_ADMIN)),
    }
    return render(request, "seals/board.html", context)
