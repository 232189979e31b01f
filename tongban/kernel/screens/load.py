"""Load per person of a unit, and handing a whole desk to a colleague: for heads."""

from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..clock import Light
from ..people.actor import Actor, colleagues
from ..people.middleware import actor
from ..people.models import Account
from ..people.roles import Role
from ..procedures.lists import light_is
from ..procedures.models import Matter
from ..units.models import Unit
from .routes import attempt_key
from .trying import take_each

MOST_AT_ONCE = 500  # a desk with more is handed over in rounds
LATE = ("", "red", "yellow")


class HandOverForm(forms.Form):
    """From one desk to another, all of it or what is due first."""

    giver = forms.ModelChoiceField(
        label=gettext_lazy("从谁的桌上"), queryset=Account.objects.none(), to_field_name="code"
    )
    to = forms.ModelChoiceField(
        label=gettext_lazy("转给谁"), queryset=Account.objects.none(), to_field_name="code"
    )
    which = forms.ChoiceField(
        label=gettext_lazy("哪些"),
        required=False,
        choices=[
            ("", gettext_lazy("全部未办结的")),
            (Light.RED.value, gettext_lazy("只转逾期的")),
            (Light.YELLOW.value, gettext_lazy("只转即将到期的")),
        ],
    )
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=200)

    def __init__(self, *args: Any, unit: int, **kwargs: Any):
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        held = Matter.objects.filter(unit=unit, closed_at=None).values("handler")
        here = colleagues(unit, today)
        givers = Account.objects.filter(Q(pk__in=held) | Q(pk__in=here.values("pk")))
        for name, people in (("giver", givers), ("to", here)):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset, field.empty_label = people, _("请选择")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("giver") and data.get("giver") == data.get("to"):
            self.add_error("to", _("请选择另一位同事"))
        return data


def load(request: HttpRequest) -> HttpResponse:
    """Who has what on the desk; POST hands one desk over, each matter by its own step."""
    person = actor(request)
    unit = Unit.objects.filter(pk__in=person.units_as(Role.UNIT_ADMIN)).order_by("code").first()
    assert unit is not None  # the route lets in heads alone
    form, told, status = HandOverForm(unit=unit.pk), "", 200
    if request.method == "POST":
        form, status = HandOverForm(request.POST, unit=unit.pk), 422
        if form.is_valid():
            given, refused = hand_over(unit.pk, person, form.cleaned_data, attempt_key(request))
            if not refused:
                return HttpResponseRedirect(f"{reverse('load')}?given={given}")
            told, status = _("已转 %(given)d 件；没有转成：%(why)s"), 409
            told = told % {"given": given, "why": ";".join(refused[:5])}
    given_before = request.GET.get("given", "")
    context = {
        "unit": unit,
        "rows": rows(unit.pk),
        "form": form,
        "told": told,
        "given": given_before if given_before.isdigit() else "",
        "key": uuid4().hex,
    }
    return render(request, "screens/load.html", context, status=status)


def rows(unit: int) -> list[Any]:
    """One statement: open matters per handler, by light."""
    today = timezone.localdate()
    held = Matter.objects.filter(unit=unit, closed_at=None)
    counted = held.values("handler__name", "handler__code").annotate(
        total=Count("pk"),
        red=Count("pk", filter=light_is(Light.RED, today)),
        yellow=Count("pk", filter=light_is(Light.YELLOW, today)),
        paused=Count("pk", filter=light_is(Light.GREY, today)),
    )
    return list(counted.order_by("-total"))


def hand_over(unit: int, head: Actor, wanted: dict[str, Any], key: str) -> tuple[int, list[str]]:
    """(how many were handed on, why others were not). The same attempt repeated does no more."""
    held: QuerySet[Matter] = Matter.objects.filter(
        Q(closed_at=None), unit=unit, handler=wanted["giver"]
    )
    if wanted["which"]:
        held = held.filter(light_is(wanted["which"], timezone.localdate()))
    data = {"to": wanted["to"].code, "reason": wanted["reason"]}
    steps = ((m.procedure.steps["reassign"], m) for m in held.order_by("pk")[:MOST_AT_ONCE])
    given, refused = take_each(steps, head, data, key)
    return given, [f"{number} {reason}" for number, reason in refused]
