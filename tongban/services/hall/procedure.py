"""A ticket's way: waiting, called, served; or missed."""

from django import forms
from django.utils.translation import gettext_lazy

from tongban.kernel.people.models import Applicant
from tongban.kernel.people.roles import Role
from tongban.kernel.procedures.declare import NEW, THE_SYSTEM, Opening, State, Step, posted
from tongban.kernel.procedures.forms import StepForm
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.numbering import next_number_of
from tongban.kernel.procedures.procedure import Procedure
from tongban.kernel.procedures.taking import Taking
from tongban.kernel.units.models import Unit

from .models import Counter, Ticket

clerk = posted(Role.CLERK)


class DrawForm(StepForm):
    unit = forms.ModelChoiceField(
        label=gettext_lazy("办事单位"), queryset=Unit.objects.all(), to_field_name="code"
    )
    about = forms.CharField(required=False, max_length=40)
    booked = forms.BooleanField(required=False)


class CounterForm(StepForm):
    counter = forms.ModelChoiceField(
        label=gettext_lazy("窗口"), queryset=Counter.objects.all(), to_field_name="number"
    )


def draw_ticket(taking: Taking) -> Opening:
    unit, about = taking.data["unit"], None
    if taking.data["about"]:
        about = Matter.objects.select_related("applicant").get(number=taking.data["about"])
    counter = Counter.objects.filter(unit=unit).first()
    letter = counter.letter if counter else "Z"
    label = f"{letter}{next_number_of(f'ticket:{letter}', taking.today):03d}"
    taking.facts["label"] = label
    applicant: Applicant | None = about.applicant if about else None
    detail = Ticket(label=label, booked=taking.data["booked"], about=about)
    return Opening(unit=unit, title=label, applicant=applicant, detail=detail)


def call(taking: Taking) -> None:
    ticket = taking.detail
    ticket.counter, ticket.called_at = taking.data["counter"], taking.at
    ticket.calls += 1


def call_once_more(taking: Taking) -> None:
    taking.detail.called_at, taking.detail.calls = taking.at, taking.detail.calls + 1


class Queueing(Procedure):
    code, title = "ticket", gettext_lazy("号票")
    detail, detail_name = Ticket, "ticket"

    waiting = State(gettext_lazy("等候"))
    called = State(gettext_lazy("已叫号"))
    served = State(gettext_lazy("已办"), final=True)
    missed = State(gettext_lazy("过号"), final=True, side=True)

    draw = Step(
        gettext_lazy("取号"),
        NEW >> waiting,
        by=(THE_SYSTEM, clerk),
        form=DrawForm,
        opens=draw_ticket,
    )
    call = Step(gettext_lazy("叫号"), waiting >> called, by=(clerk,), form=CounterForm, effect=call)
    recall = Step(gettext_lazy("重呼"), called >> called, by=(clerk,), effect=call_once_more)
    finish = Step(gettext_lazy("办完"), called >> served, by=(clerk,))
    miss = Step(gettext_lazy("过号"), called >> missed, by=(clerk,), tone="danger")
