"""The page at which a clerk enters an application for somebody: item, person, facts, papers."""

import json
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from tongban.kernel.files.models import Upload
from tongban.kernel.people.middleware import actor
from tongban.kernel.people.models import Account
from tongban.kernel.people.roles import Role
from tongban.kernel.procedures.forms import StepForm
from tongban.kernel.screens.trying import try_step
from tongban.services.catalogue.models import Material, ServiceItem, Status
from tongban.services.catalogue.situations import needs_of

from .filling import answers_of, asked, rows_of, take_in
from .forms import CounterForm
from .procedure import Handling

MOST_FOUND = 20


def counter_apply(request: HttpRequest) -> HttpResponse:
    """Without an item: find it among those of one's unit. With one: everything on one page."""
    person = actor(request)
    own = ServiceItem.objects.filter(
        status=Status.PUBLISHED, by_application=True, unit__in=person.units_as(Role.CLERK)
    ).select_related("unit", "current")
    code = request.GET.get("item", "")[:31]
    item = own.filter(implementation_code=code).first()
    if item is None:
        find = request.GET.get("find", "").strip()[:60]
        which = "implementation_code__contains" if find.isascii() else "name__contains"
        found = own.filter(**{which: find}) if find else own
        context = {"find": find, "found": found[:MOST_FOUND], "total": found.count()}
        return render(request, "cases/counter_find.html", context)
    return _filled(request, item)


def _filled(request: HttpRequest, item: ServiceItem) -> HttpResponse:
    needs = needs_of(item)
    assert isinstance(request.user, Account)
    posted = request.method == "POST"
    answers = answers_of(needs.questions, request.POST if posted else request.GET)
    wanted = needs.under(answers)
    uploads = _kept(request, wanted)
    form: StepForm = _form(item, answers)
    faults: list[str] = []
    status = 200
    if posted:
        faults = take_in(request, uploads, wanted)
        data = _data(request, item, answers, uploads)
        form, status = Handling.apply_at_counter.form(data), 422
        if not faults and request.POST.get("act") == "send":
            tried = try_step(request, Handling.apply_at_counter, None, data)
            if tried.event:
                number = tried.event.matter.number
                return HttpResponseRedirect(reverse("matter", args=["case", number]))
            form, status = tried.form, tried.status
            faults = tried.faults + [tried.reason] * bool(tried.reason)
        elif not faults:
            form, status = _form(item, answers, request.POST.dict()), 200
    context = {
        "item": item,
        "form": form,
        "questions": asked(needs.questions, answers),
        "rows": rows_of(uploads, wanted, request.user.pk),
        "barred": needs.barred(answers),
        "faults": faults,
        "key": uuid4().hex,
    }
    return render(request, "cases/counter_apply.html", context, status=status)


def _form(
    item: ServiceItem, answers: dict[str, str], typed: dict[str, Any] | None = None
) -> CounterForm:
    """Not yet judged: the fields of this item under these answers, with what was typed."""
    form = CounterForm({"item": item.implementation_code, "answers": json.dumps(answers)})
    shown = CounterForm(initial=typed or {"channel": "counter"})
    shown.fields = form.fields
    return shown


def _data(
    request: HttpRequest, item: ServiceItem, answers: dict[str, str], uploads: dict[str, str]
) -> dict[str, Any]:
    typed = {k: v for k, v in request.POST.items() if k not in ("csrfmiddlewaretoken", "act")}
    given = {"answers": json.dumps(answers), "uploads": json.dumps(uploads)}
    return {**typed, **given, "item": item.implementation_code, "facts": ""}


def _kept(request: HttpRequest, wanted: list[Material]) -> dict[str, str]:
    """Files that an earlier round of the page has stored already."""
    given = {m.name: request.POST.get(f"kept-{m.pk}", "") for m in wanted}
    ids = [int(pk) for pk in given.values() if pk.isdigit() and len(pk) < 18]
    own = Upload.objects.filter(pk__in=ids, account=request.user.pk)
    known = {str(pk) for pk in own.values_list("pk", flat=True)}
    return {name: pk for name, pk in given.items() if pk in known}
