"""Pages of imports: hand in, see what it would do, mend, propose, undo."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from tongban.kernel.files.receiving import cut_off
from tongban.kernel.files.spreadsheets import Unreadable
from tongban.kernel.people.middleware import actor
from tongban.kernel.people.models import Account
from tongban.kernel.people.roles import Role
from tongban.kernel.procedures.refusals import Refusal
from tongban.kernel.screens.export import attachment
from tongban.kernel.screens.routes import told
from tongban.kernel.screens.sheets import template

from . import importing
from .importing import IMPORTERS
from .models import ImportRun

MOST_SHOWN = 100


class HandInForm(forms.Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("导入什么"),
        choices=lambda: [(key, one.sheet.title) for key, one in IMPORTERS.items()],
    )
    file = forms.FileField(
        label=gettext_lazy("表格文件"),
        help_text=gettext_lazy(".xlsx 或 .csv，最多 20 MB、20000 行"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )


def runs(request: HttpRequest) -> HttpResponse:
    form, fault, status = HandInForm(), cut_off(request), 413
    if request.method == "POST" and not fault:
        form, status = HandInForm(request.POST, request.FILES), 422
        if form.is_valid():
            file, account = form.cleaned_data["file"], request.user
            assert isinstance(account, Account)
            try:
                run = importing.begin(form.cleaned_data["kind"], file.read(), file.name, account)
                importing.run_import.defer(run_id=run.pk, account_id=account.pk, why=None)
                return HttpResponseRedirect(reverse("import_run", args=[run.pk]))
            except Unreadable as refused:
                fault = str(refused)
    context = {
        "form": form,
        "fault": fault,
        "runs": _mine(request)[:50],
        "sheets": [one.sheet for one in IMPORTERS.values()],
    }
    bad = request.method == "POST"
    return render(request, "catalogue/imports.html", context, status=status if bad else 200)


def run(request: HttpRequest, run: int) -> HttpResponse:
    """How far it is; once checked, what it would do and every fault."""
    found = _one(request, run)
    kind = IMPORTERS[found.kind]
    posted = request.POST if request.method == "POST" else None
    form = kind.why(posted, initial={"effective_on": timezone.localdate()})
    assert isinstance(request.user, Account)
    if request.method == "POST" and form.is_valid() and found.phase == ImportRun.Phase.CHECKED:
        why = {name: str(value) for name, value in form.cleaned_data.items()}
        ImportRun.objects.filter(pk=found.pk).update(phase=ImportRun.Phase.WAITING, done=0)
        importing.run_import.defer(run_id=found.pk, account_id=request.user.pk, why=why)
        return HttpResponseRedirect(reverse("import_run", args=[found.pk]))
    context: dict[str, Any] = {
        "run": found,
        "kind": kind,
        "counts": [(words, found.counts.get(n, 0)) for n, words in kind.counted.items()],
        "form": form,
        "faults": found.faults[:MOST_SHOWN],
        "changes": found.changes.select_related("matter__unit"),
        "share": round(100 * found.done / found.total) if found.total else 0,
    }
    part = request.headers.get("HX-Request") == "true"
    page = "catalogue/import_state.html" if part else "catalogue/import_run.html"
    bad = request.method == "POST"
    return render(request, page, context, status=422 if bad else 200)


@require_POST
def undo(request: HttpRequest, run: int) -> HttpResponse:
    found = _one(request, run)
    if found.phase != ImportRun.Phase.PROPOSED:
        raise Http404
    try:
        importing.undo(found, actor(request))
    except Refusal as refusal:
        return told(request, _("不能撤销"), refusal.reason, 409)
    return HttpResponseRedirect(reverse("import_run", args=[found.pk]))


def errors(request: HttpRequest, run: int) -> HttpResponse:
    found = _one(request, run)
    return attachment(importing.error_workbook(found), f"errors-{found.pk}.xlsx")


def blank(request: HttpRequest, kind: str) -> HttpResponse:
    if kind not in IMPORTERS:
        raise Http404
    return attachment(template(IMPORTERS[kind].sheet), f"template-{kind}.xlsx")


def _mine(request: HttpRequest) -> Any:
    """One's own runs; the bureau sees all."""
    rows = ImportRun.objects.select_related("account")
    if Role.OPERATOR in actor(request).roles:
        return rows
    return rows.filter(account=request.user.pk)


def _one(request: HttpRequest, run: int) -> ImportRun:
    found: ImportRun = get_object_or_404(_mine(request), pk=run)
    return found
