"""Themes that the catalogue itself suggests: items of one life event, one audience and one kind of
doing, of several units, which ask for the same materials and are in no theme together yet."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from math import log

from tongban.services.catalogue.elements import LifeEvent
from tongban.services.catalogue.models import Material, Status, ThemeItem

FEWEST_ITEMS, MOST_ITEMS = 2, 8
FEWEST_SHARED = 2  # materials that all of a suggestion ask for
LEAST_LIKE = 0.6  # of the weight of the materials of two items
MOST_SUGGESTED, MOST_OF_AN_EVENT = 40, 3


@dataclass(frozen=True)
class Suggestion:
    """codes and names of items; shared: materials of which one listing is enough; saved: how many
    fewer are handed in; weight: that saving, the rarer the material the more."""

    life_event: str
    audience: str
    items: tuple[tuple[str, str], ...]
    shared: tuple[str, ...]
    saved: int
    weight: float

    @property
    def title(self) -> str:
        return str(LifeEvent(self.life_event).label)


@dataclass
class _Item:
    code: str
    name: str
    life_event: str
    audience: str
    unit: int
    materials: set[str] = field(default_factory=set)

    @property
    def main(self) -> str:
        return self.name.partition("-")[0]

    @property
    def doing(self) -> str:
        """食品经营许可-新办: a person who opens does not change or cancel at the same time."""
        return self.name.partition("-")[2]


def suggest() -> list[Suggestion]:
    """The most saved first. One statement for the materials, one for the themes.

    A material weighs the more the fewer items ask for it: an identity card says little about an
    event, a floor plan much.
    """
    items = _items()
    seen = Counter(name for item in items for name in item.materials)
    weights = {name: log(1 + len(items) / count) for name, count in seen.items()}
    together = _together()
    groups: dict[tuple[str, str, str], list[_Item]] = defaultdict(list)
    for item in items:
        if item.life_event:
            groups[item.life_event, item.audience, item.doing].append(item)
    found = []
    for (event, audience, _doing), of_event in groups.items():
        clusters = _clusters(of_event, weights, together)
        suggested = [_suggestion(event, audience, cluster, weights) for cluster in clusters]
        found += sorted(filter(None, suggested), key=_best)[:MOST_OF_AN_EVENT]
    return sorted(found, key=_best)[:MOST_SUGGESTED]


def _best(one: Suggestion) -> tuple[float, tuple[tuple[str, str], ...]]:
    return (-one.weight, one.items)


def _items() -> list[_Item]:
    rows = Material.objects.filter(
        version__item__status=Status.PUBLISHED,
        version__item__by_application=True,
        version__item__unit__kind="department",
        version__until_on=None,
        version__number__isnull=False,
    ).order_by("version__item__implementation_code")
    found: dict[str, _Item] = {}
    columns = ("implementation_code", "name", "life_event", "audience", "unit_id")
    for name, *values in rows.values_list("name", *(f"version__item__{c}" for c in columns)):
        item = found.setdefault(values[0], _Item(*values))
        item.materials.add(name)
    return list(found.values())


def _together() -> set[frozenset[str]]:
    """Pairs of items that a published theme already joins."""
    themes: dict[int, list[str]] = defaultdict(list)
    rows = ThemeItem.objects.filter(theme__withdrawn_on=None)
    for theme, code in rows.values_list("theme", "item__implementation_code"):
        themes[theme].append(code)
    return {frozenset((a, b)) for codes in themes.values() for a in codes for b in codes if a < b}


def _clusters(
    items: list[_Item], weights: dict[str, float], together: set[frozenset[str]]
) -> list[list[_Item]]:
    """Greedy: each item joins the first cluster to whose every member it is like."""
    found: list[list[_Item]] = []
    for item in sorted(items, key=lambda one: (-len(one.materials), one.code)):
        for cluster in found:
            fits = len(cluster) < MOST_ITEMS and all(
                item.main != other.main
                and frozenset((item.code, other.code)) not in together
                and _alike(item, other, weights) >= LEAST_LIKE
                for other in cluster
            )
            if fits:
                cluster.append(item)
                break
        else:
            found.append([item])
    return [
        cluster
        for cluster in found
        if len(cluster) >= FEWEST_ITEMS and len({item.unit for item in cluster}) > 1
    ]


def _alike(a: _Item, b: _Item, weights: dict[str, float]) -> float:
    """Weight of the materials both ask for, of the weight of all that either asks for."""
    both = sum(weights[name] for name in a.materials & b.materials)
    return both / sum(weights[name] for name in a.materials | b.materials)


def _suggestion(
    event: str, audience: str, cluster: list[_Item], weights: dict[str, float]
) -> Suggestion | None:
    shared = set.intersection(*(item.materials for item in cluster))
    if len(shared) < FEWEST_SHARED:
        return None
    asked = Counter(name for item in cluster for name in item.materials)
    return Suggestion(
        life_event=event,
        audience=audience,
        items=tuple((item.code, item.name) for item in cluster),
        shared=tuple(sorted(shared)),
        saved=sum(count - 1 for count in asked.values()),
        weight=sum((count - 1) * weights[name] for name, count in asked.items()),
    )
