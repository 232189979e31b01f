"""Finding an item, a theme or a situation by the words people use.

Everything that can be found is held in memory by each process, as an inverted index over pairs
of characters, pairs of syllables and threes of letters; it is built again when a list, a theme
or a synonym has changed. A query then costs no statement but one look at what has changed.
"""

import math
import threading
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.utils.timezone import localdate

from . import words
from .models import Audience, ImplementationList, Situation, Synonym, Theme
from .versions import published_on

FRESH_SECONDS = 2.0
NAME, HINT, SOUND, LETTERS = 3.0, 1.0, 0.9, 1.0  # what a match is worth
KIND_WEIGHT = {"item": 1.0, "theme": 1.0, "situation": 0.9}
MOST_COMMON = 0.30  # a pair in more than this share of documents says nothing
STAMP = """select (select coalesce(max(id), 0) from catalogue_implementationlist
  where number is not null), (select count(*) from catalogue_synonym),
  (select coalesce(max(id), 0) from catalogue_synonym), (select count(*) from catalogue_theme),
  current_date"""


@dataclass(frozen=True)
class Document:
    """What can be found. `first`: the variant people mean when they do not say (新办).
    `on_kiosk`: done at the machine that stands in every village."""

    kind: str
    code: str
    name: str
    unit: str
    unit_code: str = ""
    audience: str = ""
    life_event: str = ""
    online_depth: str = ""
    on_kiosk: bool = False
    hints: str = ""
    first: bool = False
    weight: float = 1.0


@dataclass(frozen=True)
class Hit:
    document: Document
    score: float


@dataclass(frozen=True)
class Facets:
    """Empty text: any. near: code of a town: what its own office or its kiosks do."""

    unit: str = ""
    near: str = ""
    audience: str = ""
    life_event: str = ""
    online_depth: str = ""

    def admit(self, found: Document) -> bool:
        return (
            (not self.unit or found.unit_code == self.unit)
            and (not self.audience or found.audience in (self.audience, Audience.BOTH))
            and (not self.life_event or found.life_event == self.life_event)
            and (not self.online_depth or found.online_depth == self.online_depth)
            and (not self.near or found.on_kiosk or found.unit_code == self.near)
        )


class Index:
    """Grams of each document with their weights; a query sums over those it shares."""

    def __init__(self, found: Iterable[Document], synonyms: Iterable[tuple[str, str]]):
        self.documents = list(found)
        self.synonyms = words.Synonyms(synonyms)
        self.postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        self.length: list[float] = []
        for place, document in enumerate(self.documents):
            grams = _grams_of(document)
            self.length.append(1.0 + math.log1p(len(words.plain(document.name))))
            for gram, weight in grams.items():
                self.postings[gram].append((place, weight))
        count = max(len(self.documents), 1)
        self.rarity = {
            gram: math.log(1 + count / len(rows))
            for gram, rows in self.postings.items()
            if len(rows) <= max(count * MOST_COMMON, 20)
        }

    def search(self, query: str, facets: Facets, most: int) -> list[Hit]:
        asked = self.synonyms.understand(query)
        scores: dict[int, float] = defaultdict(float)
        for gram, weight in _grams_asked(asked).items():
            rarity = self.rarity.get(gram)
            if rarity is None:
                continue
            for place, held in self.postings[gram]:
                scores[place] += weight * held * rarity
        hits = [
            Hit(self.documents[place], self._final(place, score, asked))
            for place, score in scores.items()
            if facets.admit(self.documents[place])
        ]
        hits.sort(key=lambda hit: (-hit.score, len(hit.document.name), hit.document.code))
        return [hit for hit in hits[:most] if hit.score > hits[0].score * 0.12]

    def _final(self, place: int, score: float, asked: words.Asked) -> float:
        document = self.documents[place]
        value = score / self.length[place] * document.weight * KIND_WEIGHT[document.kind]
        name = words.plain(document.name)
        if name in (asked.text, asked.plain):
            value *= 2.0
        if asked.action:
            if any(action in document.name for action in asked.action):
                value *= 1.5
        elif document.first:
            value *= 1.15
        return value


def _grams_of(document: Document) -> dict[str, float]:
    name = words.plain(document.name)
    syllables = words.syllables(name)
    initials = "".join(s[0] for s in syllables if s)
    grams: dict[str, float] = {}
    _raise(grams, words.pairs(name), NAME)
    _raise(grams, words.pairs(words.plain(document.hints)), HINT)
    _raise(grams, words.syllable_pairs(syllables), SOUND)
    _raise(grams, words.letter_threes("".join(syllables)), LETTERS)
    _raise(grams, words.initial_runs(initials), LETTERS)
    return grams


def _grams_asked(asked: words.Asked) -> dict[str, float]:
    grams: dict[str, float] = {}
    for text, weight in asked.texts:
        if text.isascii():
            _raise(grams, words.letter_threes(text), weight)
            _raise(grams, words.initial_runs(text), weight)
        else:
            _raise(grams, words.pairs(text), weight)
            _raise(grams, words.syllable_pairs(words.syllables(text)), weight * 0.5)
    return grams


def _raise(grams: dict[str, float], found: Iterable[str], weight: float) -> None:
    """Each gram counts once, at the most it is worth."""
    for gram in found:
        grams[gram] = max(grams.get(gram, 0.0), weight)


_held: tuple[tuple[object, ...], Index] | None = None
_looked = 0.0
_building = threading.Lock()


def search(query: str, facets: Facets = Facets(), most: int = 20) -> list[Hit]:
    """Best first. Never raises for what people type; nothing for an empty query."""
    query = query[: words.LONGEST]
    return index().search(query, facets, most) if query.strip() else []


def index() -> Index:
    """The index of what is in force, built again when that has changed."""
    global _held, _looked
    if _held and time.monotonic() - _looked < FRESH_SECONDS:
        return _held[1]
    with _building:
        with connection.cursor() as cursor:
            cursor.execute(STAMP)
            stamp = cursor.fetchone()
        if _held is None or _held[0] != stamp:
            pairs = [*words.shipped(), *Synonym.objects.values_list("everyday", "official")]
            _held = (stamp, Index(_everything(), pairs))
        _looked = time.monotonic()
        return _held[1]


def forget() -> None:
    """Look again at once."""
    global _looked
    _looked = 0.0


def _everything() -> list[Document]:
    lists = ImplementationList.objects.filter(
        published_on(localdate()), by_application=True
    ).select_related("item__unit")
    found, situations = [], {}
    for row in lists:
        action = row.name.partition("-")[2]
        found.append(
            Document(
                kind="item",
                code=row.item.implementation_code,
                name=row.name,
                unit=row.item.unit.name,
                unit_code=row.item.unit.code,
                audience=row.audience,
                life_event=row.life_event,
                online_depth=row.online_depth,
                on_kiosk=row.on_kiosk,
                hints=f"{row.item.unit.short_name} {row.get_life_event_display()}",
                first=not action or any(word in action for word in words.FIRST),
                weight=0.8 if row.kind == "public_service" and not action else 1.0,
            )
        )
        situations[row.pk] = found[-1]
    found += _variants(situations)
    found += [
        Document(
            kind="theme",
            code=theme.code,
            name=theme.name,
            unit="",
            audience=theme.audience,
            hints=" ".join(part.item.name for part in theme.parts.all()),
            weight=1.05,
            first=True,
        )
        for theme in Theme.objects.filter(withdrawn_on=None).prefetch_related("parts__item")
    ]
    return found


def _variants(of: dict[int, Document]) -> list[Document]:
    rows = Situation.objects.filter(version__in=of).exclude(option__in=("是", "否"))
    found = []
    for version, option in rows.values_list("version", "option").distinct():
        item = of[version]
        found.append(
            Document(
                kind="situation",
                code=item.code,
                name=f"{item.name}（{option}）",
                unit=item.unit,
                unit_code=item.unit_code,
                audience=item.audience,
                life_event=item.life_event,
                online_depth=item.online_depth,
                on_kiosk=item.on_kiosk,
            )
        )
    return found
