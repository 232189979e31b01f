"""Addresses and who may call them: said in one place, where the address is declared.

A test walks every address of the platform with every role and compares with the audience
declared here; an address without one fails the build.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..people.actor import Actor
from ..people.middleware import actor
from ..people.roles import THREE_ADMINISTRATORS, Role

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Audience:
    """words: said to those who are turned away."""

    name: str
    words: Any
    admits: Callable[[Actor], bool]


HANDLERS = frozenset(Role) - THREE_ADMINISTRATORS
EVERYBODY = Audience("everybody", gettext_lazy("所有人"), lambda a: True)
SIGNED_IN = Audience("signed_in", gettext_lazy("已登录的用户"), lambda a: a.is_known)
APPLICANTS = Audience("applicants", gettext_lazy("申请人"), lambda a: a.applicant_id is not None)
STAFF = Audience("staff", gettext_lazy("工作人员"), lambda a: bool(a.roles & HANDLERS))


def held_by(*roles: Role) -> Audience:
    words = "、".join(str(role.label) for role in roles)
    names = frozenset(role.value for role in roles)
    return Audience("+".join(sorted(names)), words, lambda a: bool(a.roles & names))


def route(pattern: str, view: View, audience: Audience, name: str) -> URLPattern:
    """A path whose view is only reached by its audience."""
    return path(pattern, for_audience(view, audience), name=name)


def for_audience(view: View, audience: Audience) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        person = actor(request)
        if audience.admits(person):
            return view(request, *args, **kwargs)
        if not person.is_known:
            return to_sign_in(request, audience)
        return forbidden(request, str(audience.words))

    guarded.audience = audience  # type: ignore[attr-defined]
    return guarded


def to_sign_in(request: HttpRequest, audience: Audience) -> HttpResponse:
    """To the sign-in page and back; what was typed into a form is kept in the session."""
    back = request.get_full_path()
    if request.method == "POST":
        request.session[KEPT] = {"path": request.path, "data": _kept(request)}
    page = settings.STAFF_SIGN_IN if audience not in (APPLICANTS, SIGNED_IN) else settings.SIGN_IN
    address = f"{page}?{urlencode({'next': back})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def attempt_key(request: HttpRequest) -> str:
    """The name of this attempt, from the form; a form without one is an attempt of its own."""
    return request.POST.get("key", "")[:64] or uuid4().hex


KEPT = "kept_form"
MOST_KEPT = 20_000  # characters of a form kept over a sign-in


def _kept(request: HttpRequest) -> dict[str, list[str]]:
    fields = {k: v for k, v in request.POST.lists() if k not in ("csrfmiddlewaretoken", "key")}
    return fields if sum(len(x) for v in fields.values() for x in v) <= MOST_KEPT else {}


def kept_form(request: HttpRequest) -> dict[str, list[str]]:
    """What was typed here before the session ended; given back once."""
    kept = request.session.get(KEPT)
    if not kept or kept["path"] != request.path:
        return {}
    del request.session[KEPT]
    return dict(kept["data"])


def forbidden(request: HttpRequest, who: str) -> HttpResponse:
    return told(request, _("您没有这一页的权限"), _("可以打开这一页的是：%s") % who, 403)


def told(request: HttpRequest, title: str, text: str, status: int) -> HttpResponse:
    """A page that says one thing: what is the matter, and what to do."""
    words = {"title": title, "text": text}
    return render(request, "screens/message.html", words, status=status)
