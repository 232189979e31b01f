"""Phrases on the form of a step, and the page on which a unit keeps them."""

from typing import Any

from django import forms
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from ..people.actor import HANDLING, Actor
from ..people.middleware import actor
from ..people.roles import Role
from ..procedures.declare import Step
from ..procedures.models import Matter
from ..procedures.procedure import procedures
from ..units.models import Unit
from .models import Phrase

MOST_OFFERED, MOST_KEPT = 9, 200


def offered(step: Step, matter: Matter, form: forms.Form) -> list[str]:
    """For a step that asks for text, its unit's own first; one statement."""
    if not any(isinstance(field.widget, forms.Textarea) for field in form.fields.values()):
        return []
    rows = Phrase.objects.filter(
        Q(unit=matter.unit_id) | Q(unit=None), kind=matter.kind, step__in=("", step.name)
    )
    own_first = rows.order_by(F("unit").asc(nulls_last=True), "-step", "pk")
    return list(own_first.values_list("words", flat=True)[:MOST_OFFERED])


def writing_steps() -> list[tuple[str, Any]]:
    """Steps that ask for text, as `kind.step`."""
    found: list[tuple[str, Any]] = []
    for kind in procedures():
        steps = [
            (f"{kind.code}.{step.name}", step.title)
            for step in kind.steps.values()
            if not step.is_automatic
            and any(isinstance(f.widget, forms.Textarea) for f in step.form.base_fields.values())
        ]
        if steps:
            found.append((str(kind.title), steps))
    return found


class PhraseForm(forms.Form):
    where = forms.ChoiceField(label=gettext_lazy("用在哪一步"), choices=writing_steps)
    words = forms.CharField(
        label=gettext_lazy("常用语"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    for_all = forms.BooleanField(label=gettext_lazy("全区通用"), required=False)

    def __init__(self, *args: Any, person: Actor, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if Role.OPERATOR not in person.roles:
            del self.fields["for_all"]


def phrases(request: HttpRequest) -> HttpResponse:
    person = actor(request)
    form, status = PhraseForm(person=person), 200
    if request.method == "POST":
        form, status = PhraseForm(request.POST, person=person), 422
        if form.is_valid() and _kept(person, form):
            return HttpResponseRedirect(reverse("phrases"))
    titles = {key: words for _kind, steps in writing_steps() for key, words in steps}
    rows = _seen(person).select_related("unit")
    own = _own(person)
    context = {
        "form": form,
        "rows": [
            (row, titles.get(f"{row.kind}.{row.step}", ""), row.unit_id in own) for row in rows
        ],
    }
    return render(request, "screens/phrases.html", context, status=status)


def _kept(person: Actor, form: PhraseForm) -> bool:
    data = form.cleaned_data
    own = Unit.objects.filter(pk__in=person.units_as(*HANDLING)).order_by("pk").first()
    unit = None if data.get("for_all") else own
    if Phrase.objects.filter(unit=unit).count() >= MOST_KEPT:
        form.add_error("words", _("常用语已有 %d 条，请先删去不用的") % MOST_KEPT)
        return False
    kind, step = data["where"].split(".")
    Phrase.objects.get_or_create(unit=unit, kind=kind, step=step, words=data["words"])
    return True


@require_POST
def delete_phrase(request: HttpRequest, pk: int) -> HttpResponse:
    person = actor(request)
    found = _seen(person).filter(pk=pk).first()
    if found and found.unit_id in _own(person):
        found.delete()
    return HttpResponseRedirect(reverse("phrases"))


def _own(person: Actor) -> set[int | None]:
    """Units whose phrases the person keeps; None: those for all."""
    general: set[int | None] = {None} if Role.OPERATOR in person.roles else set()
    return general | person.units_as(*HANDLING)


def _seen(person: Actor) -> QuerySet[Phrase]:
    return Phrase.objects.filter(Q(unit=None) | Q(unit__in=person.units_as(*HANDLING)))
