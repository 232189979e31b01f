"""Finding an item by the words people use."""

import csv
from functools import cache
from pathlib import Path

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.db.models.functions import Length

from .models import ServiceItem

SYNONYMS = Path(__file__).with_name("synonyms.csv")
NAME_WEIGHT = 3
LONGEST_QUERY = 60


def search(words: str, most: int = 20) -> QuerySet[ServiceItem]:
    """Items by application, best first: shared pairs of characters, names weighing more."""
    pairs = _pairs(expand(words[:LONGEST_QUERY]))
    if not pairs:
        return ServiceItem.objects.none()
    score: object = Value(0)
    for pair in pairs:
        score = score + _found("name", pair, NAME_WEIGHT) + _found("search_text", pair, 1)  # type: ignore[operator]
    items = ServiceItem.objects.filter(by_application=True).annotate(score=score)
    ranked = items.filter(score__gt=0).order_by("-score", Length("name"), "implementation_code")
    return ranked.select_related("unit")[:most]


def expand(words: str) -> str:
    """The query with official words beside the everyday ones."""
    found = [official for everyday, official in synonyms() if everyday in words]
    return " ".join([words, *found])


@cache
def synonyms() -> tuple[tuple[str, str], ...]:
    with SYNONYMS.open(encoding="utf-8", newline="") as lines:
        return tuple((row["everyday"], row["official"]) for row in csv.DictReader(lines))


def _found(field: str, pair: str, weight: int) -> Case:
    condition = When(**{f"{field}__contains": pair}, then=Value(weight))
    return Case(condition, default=Value(0), output_field=IntegerField())


def _pairs(text: str) -> list[str]:
    pairs = [
        word[n : n + 2]
        for word in text.replace("\x00", "").split()
        for n in range(max(len(word) - 1, 1))
    ]
    return list(dict.fromkeys(pairs))
