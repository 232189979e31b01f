"""The applicant's generic pages: my matters, one matter in plain words, a step's form."""

from typing import Any
from uuid import uuid4

import segno
from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from ..notices.models import Notice
from ..people.middleware import actor
from ..people.models import Applicant
from ..procedures import lists
from ..procedures.declare import THE_APPLICANT
from ..procedures.models import Matter
from ..procedures.procedure import procedures
from ..procedures.refusals import Invalid, NotAllowed, Refusal
from ..procedures.scope import may, open_steps, sees
from ..procedures.taking import take
from . import present
from .routes import attempt_key, kept_form
from .views import opened, opening_or_404


class MailForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("邮箱"),
        required=False,
        max_length=80,
        error_messages={"invalid": gettext_lazy("邮箱应写作 name@example.com，请检查")},
    )


def my_matters(request: HttpRequest) -> HttpResponse:
    person, today = actor(request), timezone.localdate()
    mine = lists.of_applicants(person.applicant_ids)
    found = lists.page(mine, lists.Filters(after=request.GET.get("after", "")))
    notices = Notice.objects.filter(
        applicant__in=person.applicant_ids, channel=Notice.Channel.IN_APP
    ).order_by("-id")[:8]
    context = {
        "rows": [(m, present.light_of(m, today), present.next_words(m)) for m in found.rows],
        "next": found.next,
        "elsewhere": [kind for kind in procedures() if kind.mine_at],
        "notices": notices,
        "form": MailForm(),
        "email": Applicant.objects.get(pk=person.applicant_id or 0).email_masked,
    }
    return render(request, "screens/my_matters.html", context)


@require_POST
def set_email(request: HttpRequest) -> HttpResponse:
    """Messages by e-mail too; an empty address ends them."""
    form = MailForm(request.POST)
    applicant = Applicant.objects.get(pk=actor(request).applicant_id or 0)
    if not form.is_valid():
        context = {"form": form, "email": applicant.email_masked}
        return render(request, "screens/my_email.html", context, status=422)
    applicant.set_email(form.cleaned_data["email"])
    applicant.save(update_fields=["email_sealed", "email_masked"])
    return HttpResponseRedirect(reverse("my_matters"))


def my_matter(request: HttpRequest, number: str) -> HttpResponse:
    matter = mine_or_404(request, number)
    return render(request, "screens/my_matter.html", my_context(request, matter))


def my_step(request: HttpRequest, number: str, step: str) -> HttpResponse:
    matter, person = mine_or_404(request, number), actor(request)
    chosen = matter.procedure.steps.get(step)
    if chosen is None or chosen.is_automatic or chosen.is_opening:
        raise Http404
    form, reason, status = chosen.form(kept_form(request) or None, matter=matter), "", 200
    if request.method == "POST":
        try:
            key = attempt_key(request)
            take(chosen, matter, person, request.POST, key=key)
            return HttpResponseRedirect(reverse("my_matter", args=[number]))
        except Invalid as refusal:
            form, status = refusal.form or chosen.form(request.POST, matter=matter), 422
            reason = "" if refusal.form else refusal.reason
        except Refusal as refusal:
            form, reason = chosen.form(request.POST, matter=matter), refusal.reason
            status = 403 if isinstance(refusal, NotAllowed) else 409
    elif refused := may(person, chosen, matter):
        reason = refused.reason
    context = {"matter": matter, "step": chosen, "form": form, "reason": reason, "key": uuid4().hex}
    return render(request, "screens/my_step.html", context, status=status)


def my_open(request: HttpRequest, kind: str, step: str) -> HttpResponse:
    """What an applicant may ask for by a plain form of its own."""
    chosen = opening_or_404(kind, step)
    if chosen.page or THE_APPLICANT not in chosen.by:
        raise Http404
    found = opened(request, chosen, "screens/my_open.html")
    if isinstance(found, HttpResponse):
        return found
    return HttpResponseRedirect(reverse("my_matter", args=[found.number]))


def track(request: HttpRequest, code: str) -> HttpResponse:
    """Progress by the secret code of the receipt's QR: no name, no number of anybody."""
    matter = Matter.objects.select_related("unit").filter(query_code=code.upper()[:12]).first()
    if matter is None:
        raise Http404
    context = {
        "matter": matter,
        "light": present.light_of(matter, timezone.localdate()),
        "words": present.next_words(matter),
    }
    return render(request, "screens/track.html", context)


def mine_or_404(request: HttpRequest, number: str) -> Matter:
    matter = Matter.objects.select_related("unit", "applicant").filter(number=number[:40]).first()
    if matter is None or not sees(actor(request), matter) or not actor(request).applicant_id:
        raise Http404(_("没有这个办件，或您不能查看"))
    return matter


def my_context(request: HttpRequest, matter: Matter) -> dict[str, Any]:
    person, today = actor(request), timezone.localdate()
    events = list(matter.events.order_by("seq"))
    panel = matter.procedure.panel
    return {
        "matter": matter,
        "kind": matter.procedure,
        "light": present.light_of(matter, today),
        "words": present.next_words(matter),
        "steps": open_steps(person, matter),
        "history": present.history(matter, events),
        "moves": present.moves(matter),
        "progress": present.progress(matter),
        "qr": qr(f"/track/{matter.query_code}/"),
        "panel": panel(matter, person) if panel else {},
        "fresh": matter.head_seq == 1,
    }


def qr(path: str) -> str:
    """An inline SVG of an address of ours; its content is ours alone, so it is safe markup."""
    made = segno.make(settings.PUBLIC_ADDRESS + path, error="m")
    return mark_safe(made.svg_inline(scale=4, border=2, omitsize=True))  # noqa: S308
