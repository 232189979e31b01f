"""Pages of the city's powers: where each stands, and the registering of a letter."""

from typing import Any
from uuid import uuid4

from django import forms
from django.db import transaction
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from tongban.kernel.files.spreadsheets import Table
from tongban.kernel.ledger.models import Event
from tongban.kernel.people.actor import Actor
from tongban.kernel.people.middleware import actor
from tongban.kernel.people.roles import Role
from tongban.kernel.procedures.scope import visible
from tongban.kernel.procedures.taking import take
from tongban.kernel.screens.export import MOST_ROWS, attachment, spreadsheet
from tongban.kernel.screens.handing_in import NOTHING, hand_in
from tongban.kernel.screens.routes import attempt_key
from tongban.kernel.screens.sheets import Fault, template

from .forms import Letter
from .models import Answer, MunicipalLetter, MunicipalPower
from .panels import ACCEPTED, LOAD
from .procedure import Answering, TakingOver
from .sheets import POWERS, Found, found_in

PAGE = 100


class ReceiveForm(Letter):
    file = forms.FileField(
        label=gettext_lazy("权限清单"),
        help_text=gettext_lazy(".xlsx 或 .csv；填了答复的按部门书面答复登记"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )


def board(request: HttpRequest) -> HttpResponse:
    """Where every power stands: by unit and state, by answer, and the load of what is accepted."""
    person = actor(request)
    powers = MunicipalPower.objects.filter(visible(person, MunicipalPower))
    states = TakingOver.states
    counted: dict[str, dict[str, int]] = {}
    by_place = powers.order_by().values_list("matter__unit__short_name", "matter__state")
    for unit, state, count in by_place.annotate(Count("pk")).order_by("matter__unit"):
        counted.setdefault(unit, dict.fromkeys(states, 0))[state] = count
    answers = dict(powers.order_by().values_list("answer").annotate(Count("pk")))
    letters = MunicipalLetter.objects.filter(visible(person, MunicipalLetter))
    context = {
        "states": states.values(),
        "units": [(unit, list(of.values()), sum(of.values())) for unit, of in counted.items()],
        "answers": [(a, answers.get(a.value, 0)) for a in Answer],
        "load": powers.filter(answer__in=ACCEPTED).aggregate(**LOAD),
        "letters": letters.select_related("matter").order_by("-pk"),
        "may_receive": Role.OPERATOR in person.roles,
    }
    return render(request, "municipal/board.html", context)


def powers(request: HttpRequest) -> HttpResponse:
    """The powers one sees, by answer and state; as a page or a spreadsheet."""
    answer, state = request.GET.get("answer", "")[:8], request.GET.get("state", "")[:20]
    rows = MunicipalPower.objects.filter(visible(actor(request), MunicipalPower))
    rows = rows.select_related("matter__unit").order_by("pk")
    if answer in Answer.values:
        rows = rows.filter(answer=answer)
    if state in TakingOver.states:
        rows = rows.filter(matter__state=state)
    if request.GET.get("export") == "xlsx":
        name = f"municipal-powers-{timezone.localdate()}.xlsx"
        return attachment(_workbook(rows[:MOST_ROWS]), name)
    total, after = rows.count(), request.GET.get("after", "")
    if after.isdigit():
        rows = rows.filter(pk__gt=int(after[:18]))
    shown = list(rows[: PAGE + 1])
    context = {
        "rows": shown[:PAGE],
        "next": shown[PAGE - 1].pk if len(shown) > PAGE else "",
        "total": total,
        "answer": answer,
        "state": state,
        "answers": Answer.choices,
        "states": TakingOver.states.values(),
    }
    return render(request, "municipal/powers.html", context)


def _workbook(rows: Any) -> bytes:
    header = [*POWERS.headers(), *(str(_field(name)) for name in NUMBERS)]
    return spreadsheet(str(POWERS.title), header, map(_cells, rows))


NUMBERS = ("cases_per_year", "minutes_per_case", "staff", "seals", "accounts")


def _field(name: str) -> Any:
    return MunicipalPower._meta.get_field(name).verbose_name  # type: ignore[union-attr]


def _cells(power: MunicipalPower) -> list[Any]:
    texts = (power.code, power.name, power.municipal_unit, power.matter.unit.code)
    numbers = (getattr(power, name) for name in NUMBERS)
    return [*texts, power.get_answer_display(), power.reason, *numbers]


def receive(request: HttpRequest) -> HttpResponse:
    form, handed = ReceiveForm(), NOTHING
    made: list[Event] = []

    def taken(table: Table | None) -> list[Fault]:
        assert table is not None
        found = found_in(table)
        if not found.faults:
            key = attempt_key(request)
            made.append(register(found, form.cleaned_data, actor(request), key))
        return found.faults

    if request.method == "POST":
        form = ReceiveForm(request.POST, request.FILES)
        handed = hand_in(request, form, taken)
        if handed.done:
            number = made[0].matter.number
            return HttpResponseRedirect(reverse("matter", args=["municipal_letter", number]))
    context = {"form": form, "key": uuid4().hex, **handed.context()}
    return render(request, "municipal/receive.html", context, status=handed.status)


def register(found: Found, letter: dict[str, Any], by: Actor, key: str, at: Any = None) -> Event:
    """The letter with its powers, and what departments said on paper; all or none."""
    about = {name: letter[name] for name in ("name", "document_number", "reply_by")}
    with transaction.atomic():
        data = {**about, "powers": found.powers}
        event = take(Answering.receive, None, by, data, key=key, at=at)
        rows = MunicipalPower.objects.filter(letter=event.matter_id, code__in=found.answers)
        for power in rows.select_related("matter"):
            said = found.answers[power.code]
            take(TakingOver.answer, power.matter, by, said, key=f"{key}.{power.code}", at=at)
        for request in found.requests:
            asked = {**request, "letter": event.matter_id}
            take(TakingOver.request, None, by, asked, key=f"{key}.{request['code']}", at=at)
    return event


def blank(request: HttpRequest) -> HttpResponse:
    return attachment(template(POWERS), "template-municipal-powers.xlsx")
