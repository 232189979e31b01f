"""Versions of the templates of papers: each is kept from its first use, with its own words, so
that it is known for ever by which one a paper was made."""

import hashlib
from pathlib import Path

from django.db.models import Count, Max, Min, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from .forms import document_kinds
from .models import TemplateVersion

COMMON = Path(__file__).parent / "letters" / "letter.typ"  # every letter begins with it


def template_of(source: Path) -> TemplateVersion:
    """The version that the files say now; one statement once it is known."""
    words = f"{source.read_text(encoding='utf-8')}\n// {COMMON.name}\n{COMMON.read_text('utf-8')}"
    digest = hashlib.sha256(words.encode()).hexdigest()
    defaults = {"name": source.stem, "words": words}
    return TemplateVersion.objects.get_or_create(digest=digest, defaults=defaults)[0]


def templates(request: HttpRequest) -> HttpResponse:
    """Every version with how many papers it made, when; for heads and the bureau."""
    made = Q(papers__made_at__isnull=False)
    rows = TemplateVersion.objects.annotate(
        count=Count("papers", filter=made),
        first=Min("papers__made_at"),
        last=Max("papers__made_at"),
    )
    context = {"rows": rows.order_by("name", "-pk"), "titles": dict(document_kinds())}
    return render(request, "seals/templates.html", context)
