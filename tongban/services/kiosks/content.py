"""What all kiosks show and offer, set from afar: notices by town, items connected and offered; and
the people who asked to be called."""

from typing import Any

from django import forms
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from tongban.kernel.devices.models import Device
from tongban.kernel.people.actor import Actor
from tongban.kernel.people.middleware import actor
from tongban.kernel.people.roles import Role
from tongban.kernel.procedures.forms import DayInput
from tongban.kernel.trust import vault
from tongban.kernel.units.models import Unit

from .models import CallBack, Content, KioskItem


class ContentForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Content
        fields = ["title", "words", "from_on", "to_on", "towns"]
        widgets = {"from_on": DayInput(), "to_on": DayInput()}

    towns = forms.MultipleChoiceField(
        label=gettext_lazy("镇街"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("不选就是全部"),
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        towns = Unit.objects.filter(kind=Unit.Kind.TOWN).values_list("code", "short_name")
        field = self.fields["towns"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = list(towns)

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        first, last = found.get("from_on"), found.get("to_on")
        if first and last and first > last:
            self.add_error("to_on", _("结束应不早于开始"))
        return found


def push(towns: list[str]) -> int:
    """The kiosks there load anew within a minute of their next sign of life."""
    rows = Device.objects.filter(kiosk__isnull=False)
    if towns:
        rows = rows.filter(unit__code__in=towns)
    return rows.update(round=F("round") + 1)


def contents(request: HttpRequest) -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    form = ContentForm(posted if posted and posted.get("act") == "add" else None)
    if posted and posted.get("act") == "drop":
        chosen = posted.get("content", "")
        found = Content.objects.filter(pk=int(chosen) if chosen.isdigit() else 0).first()
        if found:
            found.delete()
            push(found.towns)
        return HttpResponseRedirect(reverse("kiosk_contents"))
    if form.is_bound and form.is_valid():
        made = form.save()
        push(made.towns)
        return HttpResponseRedirect(reverse("kiosk_contents"))
    context = {"rows": Content.objects.all(), "form": form, "today": timezone.localdate()}
    return render(request, "kiosks/contents.html", context, status=422 if form.errors else 200)


def items(request: HttpRequest) -> HttpResponse:
    """What each item leads to, and whether it is offered."""
    if request.method == "POST":
        found = get_object_or_404(KioskItem, code=request.POST.get("item", "")[:12])
        service = request.POST.get("service", "")
        if service in KioskItem.Service.values:
            found.service, found.offered = service, bool(request.POST.get("offered"))
            found.save(update_fields=["service", "offered"])
            push([])
        return HttpResponseRedirect(f"{reverse('kiosk_items')}#{found.code}")
    rows = KioskItem.objects.select_related("unit", "item")
    context = {
        "rows": rows,
        "services": KioskItem.Service.choices,
        "working": sum(1 for row in rows if row.service and row.offered),
    }
    return render(request, "kiosks/items.html", context)


def call_backs(request: HttpRequest) -> HttpResponse:
    """For the town's clerk: numbers in the clear, of one's own town alone."""
    rows = _theirs(actor(request)).select_related("kiosk__device__unit", "done_by")
    waiting = [(row, vault.decrypt(row.phone_sealed)) for row in rows.filter(done_at=None)[:60]]
    context = {"waiting": waiting, "done": rows.exclude(done_at=None)[:30]}
    return render(request, "kiosks/call_backs.html", context)


def _theirs(person: Actor) -> QuerySet[CallBack]:
    """Of the person's own town; the bureau's are all."""
    rows = CallBack.objects.all()
    if Role.OPERATOR in person.roles:
        return rows
    return rows.filter(kiosk__device__unit__in=person.units_as(Role.TOWN_CLERK))


@require_POST
def called(request: HttpRequest, pk: int) -> HttpResponse:
    """Called, with what came of it; the number is not kept longer."""
    person = actor(request)
    rows = _theirs(person).filter(pk=pk, done_at=None)
    outcome = request.POST.get("outcome", "").strip()[:200]
    rows.update(
        done_at=timezone.now(),
        done_by=person.account_id,
        outcome=outcome or _("已联系"),
        phone_sealed=vault.encrypt(""),
    )
    return HttpResponseRedirect(reverse("call_backs"))
