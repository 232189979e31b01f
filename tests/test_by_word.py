"""Addresses put together by their first words lead where they led one after the other."""

import re
from importlib import import_module

import pytest
from django.urls import Resolver404, URLPattern, include, path, resolve
from django.urls.resolvers import RegexPattern, URLResolver

from tongban.config.by_word import by_word
from tongban.config.urls import APPS

SAMPLES = {"int": "7", "slug": "new", "str": "x", "uuid": "0" * 8}


def declared():
    for app in APPS:
        patterns = import_module(f"tongban.{app}.urls").urlpatterns
        yield from (one for one in patterns if isinstance(one, URLPattern))


def sample(pattern):
    return re.sub(r"<(?:(\w+):)?\w+>", lambda found: SAMPLES[found[1] or "str"], str(pattern))


def test_every_address_leads_to_the_view_that_was_declared_first_for_it():
    every = list(declared())
    assert len(every) > 150
    for one in every:
        address = sample(one.pattern)
        first = next(other for other in every if other.resolve(address))
        assert resolve(f"/{address}").func is first.callback, address


def view(request):
    return None


def test_what_is_named_exactly_comes_before_what_is_general():
    general, exact = path("a/<slug:b>/", view, name="general"), path("a/b/", print, name="exact")
    found = URLResolver(RegexPattern(r"^/"), by_word([general, exact]))
    assert found.resolve("/a/b/").func is print and found.resolve("/a/c/").func is view
    assert found.reverse("general", "c") == "a/c/" and found.reverse("exact") == "a/b/"
    with pytest.raises(Resolver404):
        found.resolve("/a/")


def test_what_is_included_with_a_name_of_its_own_stays_whole():
    (kept,) = by_word([path("api/", include(([path("x/", view, name="x")], "api")))])
    assert kept.app_name == "api" and kept.resolve("api/x/").func is view
