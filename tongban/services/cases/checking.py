"""The page on which a check on the spot is recorded, with its photos."""

import json
from typing import Any
from uuid import uuid4

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from tongban.kernel.files.receiving import cut_off
from tongban.kernel.files.store import Refused, receive
from tongban.kernel.people.middleware import actor
from tongban.kernel.people.models import Account
from tongban.kernel.procedures import lists
from tongban.kernel.procedures.scope import may
from tongban.kernel.screens.trying import try_step

from .examination import MOST_PHOTOS
from .procedure import Handling


def site_check(request: HttpRequest, number: str) -> HttpResponse:
    """Photos are stored as they arrive; the step takes their numbers."""
    person = actor(request)
    matter = lists.one(Handling, number[:40], person)
    if matter is None:
        raise Http404
    faults: list[str] = []
    form, status = Handling.site_check.form(matter=matter), 200
    refusal = may(person, Handling.site_check, matter)
    reason = refusal.reason if refusal else ""
    if request.method == "POST":
        faults, photos = _photos(request)
        data: dict[str, Any] = {**request.POST.dict(), "photos": json.dumps(photos)}
        form, status = Handling.site_check.form(data, matter=matter), 422
        if not faults:
            tried = try_step(request, Handling.site_check, matter, data)
            if tried.event:
                return HttpResponseRedirect(reverse("matter", args=["case", number]))
            form, faults, reason = tried.form, tried.faults, tried.reason
            status = tried.status
    context = {
        "matter": matter,
        "form": form,
        "faults": faults,
        "reason": reason,
        "step": Handling.site_check,
        "key": uuid4().hex,
    }
    return render(request, "cases/site_check.html", context, status=status)


def _photos(request: HttpRequest) -> tuple[list[str], list[int]]:
    """What was refused, by name, and the ids of what was kept."""
    faults = [fault] if (fault := cut_off(request)) else []
    assert isinstance(request.user, Account)
    kept: list[int] = []
    for file in request.FILES.getlist("photo")[:MOST_PHOTOS]:
        try:
            kept.append(receive(file.chunks(), file.name or "", request.user).pk)
        except Refused as refused:
            faults.append(str(refused))
    return faults, kept
