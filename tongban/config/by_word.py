"""Addresses put together by their first words.

Django tries one pattern after the other, and a page of the desk came after 190 others. What is
named exactly comes before what is general, and else the order is that of the declarations.
"""

from collections.abc import Sequence

from django.urls import URLPattern, URLResolver, include, path
from django.urls.resolvers import RoutePattern

Found = URLPattern | URLResolver
WORDS = 2


def by_word(patterns: Sequence[Found]) -> list[Found]:
    """The same addresses with the same names, found by their first two words."""
    return _gathered([(str(one.pattern), one) for one in patterns], WORDS)


def _gathered(routes: list[tuple[str, Found]], words: int) -> list[Found]:
    """routes: what is left of an address, and what it leads to."""
    alike: dict[str, list[tuple[str, Found]]] = {}
    general: list[Found] = []
    for left, one in routes:
        word, slash, rest = left.partition("/")
        if words and slash and "<" not in word and isinstance(one, URLPattern):
            alike.setdefault(word, []).append((rest, one))
        else:
            general.append(_from(left, one))
    named = (path(f"{word}/", include(_gathered(of, words - 1))) for word, of in alike.items())
    return [*named, *general]


def _from(left: str, one: Found) -> Found:
    if isinstance(one, URLResolver):
        return one
    pattern = RoutePattern(left, name=one.name, is_endpoint=True)
    return URLPattern(pattern, one.callback, one.default_args, one.name)
