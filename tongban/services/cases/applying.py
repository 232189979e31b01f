"""Applying online: four pages, kept as a draft on the way, sent as one step."""

from typing import Any
from uuid import uuid4

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from tongban.kernel.files.serving import serve
from tongban.kernel.people.middleware import actor
from tongban.kernel.people.models import Account, Applicant
from tongban.kernel.procedures.declare import Step
from tongban.kernel.procedures.forms import plain
from tongban.kernel.procedures.refusals import Invalid, Refusal
from tongban.kernel.procedures.scope import sees
from tongban.kernel.procedures.taking import take
from tongban.kernel.screens.mine import mine_or_404
from tongban.kernel.screens.routes import attempt_key, kept_form
from tongban.services.catalogue.models import Material, ServiceItem, Status
from tongban.services.catalogue.situations import UnknownAnswer

from .desk_forms import SigningForm
from .filling import Row, answers_of, asked, rows_of, take_in
from .forms import FactsForm
from .joint_review import is_lent
from .known import known_facts
from .models import CaseMaterial, Draft, SiteCheck
from .opening import LEVEL_TO_APPLY, wanted_of
from .procedure import Handling
from .subject import OneItem, Subject


class Applying:
    """The four pages. What is applied for, and by which step, a subclass says otherwise."""

    pages = ("apply", "apply_facts", "apply_materials", "apply_check")
    step = Handling.apply

    def subject(self, code: str) -> Subject:
        items = ServiceItem.objects.select_related("unit", "current")
        found = get_object_or_404(
            items, implementation_code=code, by_application=True, status=Status.PUBLISHED
        )
        return OneItem(found)

    def situation(self, request: HttpRequest, code: str) -> HttpResponse:
        """Page 1: the questions whose answers decide what must be handed in."""
        found = self._draft(request, code)
        if isinstance(found, HttpResponse):
            return found
        draft, subject = found
        fault = ""
        if request.method == "POST":
            answers = answers_of(subject.questions, request.POST)
            try:
                subject.check(answers)
                draft.answers = answers
                draft.save()
                return self._to(2, code)
            except UnknownAnswer as error:
                fault, draft.answers = str(error), answers
        elif not draft.answers and (given := answers_of(subject.questions, request.GET)):
            draft.answers = given
        if not subject.questions:
            return self._to(2, code)
        context = self._context(draft, subject, 1) | {
            "fault": fault,
            "questions": asked(subject.questions, draft.answers),
        }
        return render(request, "cases/situation.html", context, status=422 if fault else 200)

    def facts(self, request: HttpRequest, code: str) -> HttpResponse:
        """Page 2: who, where."""
        found = self._draft(request, code)
        if isinstance(found, HttpResponse):
            return found
        draft, subject = found
        typed = request.POST if request.method == "POST" else kept_form(request)
        wanted = subject.fields(draft.answers)
        initial = {**known_facts(wanted, actor(request)), **draft.fields}
        form = FactsForm(typed or None, initial=initial, asked=wanted)
        if request.method == "POST" and form.is_valid():
            behalf = request.POST.get("behalf", "")[:12]
            draft.fields = {**_plain(form), "behalf": behalf}
            draft.save()
            return self._to(3, code)
        status = 422 if request.method == "POST" else 200
        principals = Applicant.objects.filter(agents__agent=actor(request).applicant_id)
        context = self._context(draft, subject, 2) | {
            "form": form,
            "principals": principals.filter(pk__in=actor(request).applicant_ids).distinct(),
            "behalf": draft.fields.get("behalf", ""),
        }
        return render(request, "cases/facts.html", context, status=status)

    def materials(self, request: HttpRequest, code: str) -> HttpResponse:
        """Page 3: the files. Each one is stored as soon as it arrives."""
        found = self._draft(request, code)
        if isinstance(found, HttpResponse):
            return found
        draft, subject = found
        wanted = subject.under(draft.answers)
        faults = []
        if request.method == "POST":
            faults = take_in(request, draft.uploads, wanted)
            draft.consent = "consent" in request.POST
            draft.save()
            if not faults and "next" in request.POST:
                rows = _rows(request, draft, wanted)
                missing = [r.material.name for r in rows if r.is_missing(consent=draft.consent)]
                if not missing:
                    return self._to(4, code)
                faults = [
                    _("还差 %(count)d 份材料：%(names)s")
                    % {"count": len(missing), "names": "、".join(missing)}
                ]
        rows = _rows(request, draft, wanted)
        context = self._context(draft, subject, 3) | {"rows": rows, "faults": faults}
        context["certificates"] = any(row.certificate for row in rows)
        return render(request, "cases/materials.html", context, status=422 if faults else 200)

    def check(self, request: HttpRequest, code: str) -> HttpResponse:
        """Page 4: check, then send: one step, however often the button is pressed."""
        found = self._draft(request, code)
        if isinstance(found, HttpResponse):
            return found
        draft, subject = found
        reason, status = "", 200
        if request.method == "POST":
            try:
                key = request.POST.get("key", "")[:40] or draft.key
                data = {**_data(draft, subject), "signature": request.POST.get("signature", "")}
                event = take(self.step, None, actor(request), data, key=key)
                Draft.objects.filter(pk=draft.pk, key=key).delete()
                return HttpResponseRedirect(reverse("my_matter", args=[event.matter.number]))
            except Invalid as refusal:
                reason, status = _told(refusal), 422
            except Refusal as refusal:
                reason, status = refusal.reason, 409
        form = FactsForm(draft.fields, asked=subject.fields(draft.answers))
        form.is_valid()
        known = form.cleaned_data
        context = self._context(draft, subject, 4) | {
            "filled": [(f.label, known.get(f.name, "")) for f in form if f.name in known],
            "answers": list(draft.answers.items()),
            "rows": _rows(request, draft, subject.under(draft.answers)),
            "reason": reason,
            "told": subject.told,
            "signing": SigningForm(request.POST or None),
        }
        return render(request, "cases/check.html", context, status=status)

    def _to(self, page: int, code: str) -> HttpResponse:
        return HttpResponseRedirect(reverse(self.pages[page - 1], args=[code]))

    def _draft(self, request: HttpRequest, code: str) -> tuple[Draft, Subject] | HttpResponse:
        subject = self.subject(code)
        if actor(request).identity_level < LEVEL_TO_APPLY:
            back = urlencode({"next": request.get_full_path()})
            return HttpResponseRedirect(f"{reverse('identity')}?{back}")
        assert isinstance(request.user, Account)
        draft, _made = Draft.objects.get_or_create(
            account=request.user, **subject.key, defaults={"key": uuid4().hex}
        )
        return draft, subject

    def _context(self, draft: Draft, subject: Subject, page: int) -> dict[str, Any]:
        addresses = [reverse(name, args=[subject.code]) for name in self.pages]
        return {
            "draft": draft,
            "subject": subject,
            "page": page,
            "pages": len(self.pages),
            "back": addresses[page - 2] if page > 1 else "",
            "facts_page": addresses[1],
            "materials_page": addresses[2],
        }


def _data(draft: Draft, subject: Subject) -> dict[str, Any]:
    """The application as a step takes it."""
    return {
        "facts": {name: value for name, value in draft.fields.items() if name != "behalf"},
        "behalf": draft.fields.get("behalf", ""),
        subject.field: subject.code,
        "answers": draft.answers,
        "uploads": draft.uploads,
        "consent": draft.consent,
    }


def _plain(form: FactsForm) -> dict[str, str]:
    """What was filled in as text, to be kept on the way."""
    values = {name: plain(value) for name, value in form.cleaned_data.items()}
    return {name: str(value) for name, value in values.items() if value not in (None, "")}


def correct(request: HttpRequest, number: str) -> HttpResponse:
    """The applicant mends what was asked: words and newer files."""
    return _hand_in(request, number, Handling.correct)


def supply(request: HttpRequest, number: str) -> HttpResponse:
    """The applicant hands in what was allowed to follow later."""
    return _hand_in(request, number, Handling.supply)


def _hand_in(request: HttpRequest, number: str, step: Step) -> HttpResponse:
    matter, person = mine_or_404(request, number), actor(request)
    if matter.kind != Handling.code:
        raise Http404
    case = matter.detail
    wanted = [m for m in wanted_of(case) if m.form != "original"]
    if step is Handling.supply:
        wanted = [m for m in wanted if m.name in case.missing]
    faults: list[str] = []
    answer = request.POST.get("answer", "")[:2000]
    if request.method == "POST":
        uploads: dict[str, str] = {}
        faults = take_in(request, uploads, wanted)
        if not faults:
            try:
                data = {"answer": answer, "uploads": uploads}
                take(step, matter, person, data, key=attempt_key(request))
                return HttpResponseRedirect(reverse("my_matter", args=[number]))
            except Invalid as refusal:
                faults = [_told(refusal)]
            except Refusal as refusal:
                faults = [refusal.reason]
    context = {
        "matter": matter,
        "case": case,
        "wanted": wanted,
        "faults": faults,
        "answer": answer,
        "step": step,
        "key": uuid4().hex,
    }
    return render(request, "cases/correct.html", context, status=422 if faults else 200)


def material_file(request: HttpRequest, material: int) -> FileResponse:
    """A material as handed in, for those who see its case or are asked to review it."""
    rows = CaseMaterial.objects.select_related(
        "case__matter__applicant", "upload__file", "certificate__document__file"
    )
    row = get_object_or_404(rows, pk=material)
    if not sees(actor(request), row.case.matter) and not is_lent(row.case, actor(request)):
        raise Http404
    if row.upload:
        return serve(row.upload.file, row.upload.name)
    paper = row.certificate and row.certificate.document
    if not paper or not paper.file:
        raise Http404
    return serve(paper.file, f"{paper.title} {paper.number}.pdf")


def photo(request: HttpRequest, upload: int) -> FileResponse:
    """A photo of a check on the spot, for those who see its case."""
    checks = SiteCheck.objects.filter(photos=upload).select_related("case__matter")
    check = checks.first()
    if check is None or not sees(actor(request), check.case.matter):
        raise Http404
    found = check.photos.select_related("file").get(pk=upload)
    return serve(found.file, found.name)


def _rows(request: HttpRequest, draft: Draft, wanted: list[Material]) -> list[Row]:
    return rows_of(draft.uploads, wanted, draft.account_id, actor(request).applicant_ids)


def _told(refusal: Invalid) -> str:
    return "; ".join(refusal.messages)
