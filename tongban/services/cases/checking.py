"""The page on which a check on the spot is recorded, with its photos."""

import json
from typing import Any
from uuid import uuid4

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from tongban.kernel.files.receiving import too_large
from tongban.kernel.files.store import Refused, receive
from tongban.kernel.people.middleware import actor
from tongban.kernel.people.models import Account
from tongban.kernel.procedures import lists
from tongban.kernel.procedures.refusals import Invalid, Refusal
from tongban.kernel.procedures.scope import may
from tongban.kernel.procedures.taking import take
from tongban.kernel.screens.routes import attempt_key

from .examination import MOST_PHOTOS, SiteCheckForm
from .procedure import Handling


def site_check(request: HttpRequest, number: str) -> HttpResponse:
    """Photos are stored as they arrive; the step takes their numbers."""
    person = actor(request)
    matter = lists.one(Handling, number[:40], person)
    if matter is None:
        raise Http404
    faults: list[str] = []
    form, status = SiteCheckForm(matter=matter), 200
    refusal = may(person, Handling.site_check, matter)
    reason = refusal.reason if refusal else ""
    if request.method == "POST":
        faults, photos = _photos(request)
        data: dict[str, Any] = {**request.POST.dict(), "photos": json.dumps(photos)}
        form, status = SiteCheckForm(data, matter=matter), 422
        if not faults:
            try:
                take(Handling.site_check, matter, person, data, key=attempt_key(request))
                return HttpResponseRedirect(reverse("matter", args=["case", number]))
            except Invalid as refused:
                form = refused.form or form
                faults = [] if refused.form else refused.messages
            except Refusal as refused:
                reason, status = refused.reason, 409
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
    faults = [fault] if (fault := too_large(request)) else []
    assert isinstance(request.user, Account)
    kept: list[int] = []
    for file in request.FILES.getlist("photo")[:MOST_PHOTOS]:
        try:
            kept.append(receive(file.chunks(), file.name or "", request.user).pk)
        except Refused as refused:
            faults.append(str(refused))
    return faults, kept
