"""The register of agreements, and the counter at which a matter of another place is taken in."""

import json
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tongban.kernel.exchange.signing import new_secret
from tongban.kernel.files.receiving import cut_off
from tongban.kernel.files.store import Refused, path_of, receive
from tongban.kernel.people.middleware import actor
from tongban.kernel.people.models import Account
from tongban.kernel.people.roles import Role
from tongban.kernel.procedures import lists
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.scope import may, sees
from tongban.kernel.screens.trying import try_step
from tongban.kernel.trust import vault

from .collecting import Forwarding
from .forms import AgreementForm, PlaceForm
from .models import Agreement, AgreementItem, Forwarded, Paper, Place, in_force


def register(request: HttpRequest) -> HttpResponse:
    """Places, their agreements, and what each says."""
    person, today = actor(request), timezone.localdate()
    runs = Role.OPERATOR in person.roles
    form = PlaceForm(request.POST if request.method == "POST" and runs else None)
    if form.is_bound and form.is_valid():
        form.instance.secret_sealed = vault.encrypt(new_secret())
        form.save()
        return HttpResponseRedirect(reverse("cross_place", args=[form.instance.code]))
    held = Agreement.objects.filter(in_force(today)).select_related("place")
    context = {
        "places": Place.objects.all(),
        "agreements": held.prefetch_related("items"),
        "form": form,
        "runs": runs,
        "collects": Role.CLERK in person.roles,
    }
    return render(request, "crosscity/register.html", context, status=422 if form.errors else 200)


def place(request: HttpRequest, code: str) -> HttpResponse:
    """One place: its address and secret, its agreements; a new one, or the end of one."""
    found, today = get_object_or_404(Place, code=code), timezone.localdate()
    posted = request.POST if request.method == "POST" else None
    act = posted.get("act", "") if posted else ""
    form = PlaceForm(posted if act == "place" else None, instance=found)
    agreement = AgreementForm(posted if act == "agreement" else None)
    secret = ""
    if act == "place" and form.is_valid():
        form.save()
    elif act == "agreement" and agreement.is_valid():
        _agree(found, agreement)
    elif act == "end":
        chosen = request.POST.get("agreement", "")
        found.agreements.filter(pk=int(chosen) if chosen.isdigit() else 0).update(to_on=today)
    elif act == "secret":
        secret = new_secret()
        Place.objects.filter(pk=found.pk).update(secret_sealed=vault.encrypt(secret))
    elif act == "take_secret" and posted and posted.get("secret", "").startswith("whsec_"):
        sealed = vault.encrypt(posted["secret"].strip()[:100])
        Place.objects.filter(pk=found.pk).update(secret_sealed=sealed)
    failed = bool(form.errors or agreement.errors)
    if posted and not failed and not secret:
        return HttpResponseRedirect(reverse("cross_place", args=[found.code]))
    context = {
        "place": found,
        "form": form,
        "agreement": agreement,
        "agreements": found.agreements.prefetch_related("items"),
        "secret": secret,
        "today": today,
        "inbox": request.build_absolute_uri(reverse("cross_inbox", args=[found.code])),
    }
    return render(request, "crosscity/place.html", context, status=422 if failed else 200)


@transaction.atomic
def _agree(found: Place, form: AgreementForm) -> None:
    form.instance.place = found
    made = form.save()
    for item in form.cleaned_data["items"]:
        item.agreement = made
    AgreementItem.objects.bulk_create(form.cleaned_data["items"])


def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Take in a matter for another place: who, what, papers; one page."""
    item = get_object_or_404(AgreementItem.objects.select_related("agreement__place"), pk=pk)
    step = Forwarding.collect
    faults: list[str] = []
    form, reason, status = step.form(), "", 200
    if request.method == "POST":
        faults, papers = _papers(request, item.materials)
        data: dict[str, Any] = {**request.POST.dict(), "item": item.pk}
        data["papers"] = json.dumps(papers)
        form, status = step.form(data), 422
        if not faults:
            tried = try_step(request, step, None, data)
            if tried.event:
                number = tried.event.matter.number
                return HttpResponseRedirect(reverse("matter", args=[Forwarding.code, number]))
            form, faults, reason = tried.form, tried.faults, tried.reason
            status = tried.status
    context = {"item": item, "form": form, "faults": faults, "reason": reason}
    context |= {"step": step, "key": uuid4().hex, "materials": item.materials}
    return render(request, "crosscity/new.html", context, status=status)


def supply(request: HttpRequest, number: str) -> HttpResponse:
    """The papers that the other place asked for."""
    person, step = actor(request), Forwarding.supply
    matter = lists.one(Forwarding, number, person)
    if matter is None:
        raise Http404
    materials = [*matter.detail.item.materials, _("补正材料")]
    faults: list[str] = []
    refusal, status = may(person, step, matter), 200
    reason = refusal.reason if refusal else ""
    if request.method == "POST":
        faults, papers = _papers(request, materials)
        if not faults:
            tried = try_step(request, step, matter, {"papers": json.dumps(papers)})
            if tried.event:
                return HttpResponseRedirect(reverse("matter", args=[Forwarding.code, number]))
            faults, reason, status = tried.faults, tried.reason, tried.status
        else:
            status = 422
    context = {"item": matter.detail.item, "form": None, "faults": faults, "reason": reason}
    context |= {"step": step, "key": uuid4().hex, "materials": materials, "matter": matter}
    return render(request, "crosscity/new.html", context, status=status)


def _papers(request: HttpRequest, materials: list[str]) -> tuple[list[str], dict[str, int]]:
    """What was refused, and material → upload; the field is named by the place in the list."""
    faults = [fault] if (fault := cut_off(request)) else []
    assert isinstance(request.user, Account)
    kept: dict[str, int] = {}
    for place, material in enumerate(materials):
        file = request.FILES.get(f"paper_{place}")
        if file is None:
            continue
        try:
            kept[material] = receive(file.chunks(), file.name or "", request.user).pk
        except Refused as refused:
            faults.append(str(refused))
    return faults, kept


def paper(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A paper of a matter one sees."""
    found = get_object_or_404(Paper.objects.select_related("matter", "file"), pk=pk)
    return _file(request, found.matter, found.file)


def result(request: HttpRequest, number: str) -> HttpResponseBase:
    """What the other place decided."""
    rows = Forwarded.objects.select_related("matter", "result")
    found = get_object_or_404(rows, matter__number=number[:40], result__isnull=False)
    return _file(request, found.matter, found.result)


def _file(request: HttpRequest, matter: Matter, stored: Any) -> HttpResponseBase:
    if not sees(actor(request), matter):
        raise Http404
    return FileResponse(path_of(stored.digest).open("rb"), content_type=stored.media_type)
