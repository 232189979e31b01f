"""A small procedure for the tests of the core: a library lends a tool."""

from django import forms

from tongban.kernel.clock import Limit
from tongban.kernel.people.models import Account, Applicant, Assignment
from tongban.kernel.people.roles import Role
from tongban.kernel.procedures.clockwork import Extend, Limits, Pause, Resume, Start, Stop
from tongban.kernel.procedures.declare import (
    NEW,
    THE_APPLICANT,
    THE_SYSTEM,
    Opening,
    State,
    Step,
    Tell,
    posted,
)
from tongban.kernel.procedures.forms import ReasonForm, StepForm
from tongban.kernel.procedures.procedure import Procedure
from tongban.kernel.units.models import Unit

LAW = "借用办法 第三条"
clerk = posted(Role.CLERK)


class AskForm(StepForm):
    tool = forms.CharField(label="工具", max_length=30)
    phone = forms.CharField(label="电话", max_length=20)
    personal = ("phone",)


class DaysForm(StepForm):
    days = forms.IntegerField(label="天数", min_value=1, max_value=10)


def opening(taking):
    applicant = Applicant.objects.get(pk=taking.actor.applicant_id)
    return Opening(
        unit=Unit.objects.get(code="LIB"), title=taking.data["tool"], applicant=applicant
    )


class Lending(Procedure):
    code, title = "test_lending", "借用工具"
    asked = State("待受理", within=Limit(5, LAW), otherwise="deem")
    lent = State("借出")
    checking = State("检修", side=True)
    back = State("归还", final=True)
    declined = State("不借", final=True, side=True)

    ask = Step("申请借用", NEW >> asked, by=(THE_APPLICANT,), form=AskForm, opens=opening)
    lend = Step(
        "借出",
        asked >> lent,
        by=(clerk,),
        clock=Start(lambda t: Limits(3, 20), LAW),
        tells=(Tell("“%(title)s”已借出"),),
        key="A",
    )
    deem = Step(
        "视为借出",
        asked >> lent,
        by=(THE_SYSTEM,),
        clock=Start(lambda t: Limits(3, 20), LAW, from_entry=True),
    )
    decline = Step("不借", asked >> declined, by=(clerk,), form=ReasonForm)
    check = Step(
        "送检", lent >> checking, by=(clerk,), clock=Pause(lambda t: "检修", LAW, lambda t: 2)
    )
    fetch = Step("取回", checking >> lent, by=(clerk,), clock=Resume())
    prolong = Step(
        "延长",
        lent >> lent,
        by=(clerk,),
        form=DaysForm,
        clock=Extend(lambda t: t.data["days"], "延长", LAW),
    )
    give_back = Step("归还", lent >> back, by=(THE_APPLICANT, clerk), clock=Stop())


def library():
    return Unit.objects.get_or_create(
        code="LIB",
        defaults={"name": "图书馆", "short_name": "图书馆", "kind": Unit.Kind.DEPARTMENT},
    )[0]


def staff(username, *roles, unit=None):
    account = Account.objects.create_user_named(username, name=username)
    for role in roles:
        Assignment.objects.create(
            account=account, unit=unit or library(), role=role, from_on="2020-01-01"
        )
    return account


def citizen(username="citizen", name="李小明", phone="13800138000"):
    applicant = Applicant(kind=Applicant.Kind.NATURAL)
    applicant.set_name(name)
    applicant.set_phone(phone)
    applicant.save()
    return Account.objects.create_user_named(username, applicant=applicant)
