"""Taking over powers of the city: the letter (asked, answered, reviewed, signed, replied) and each
power in it (answered by its department, then handed over, trained, first case)."""

from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.kernel.people.acting import unit_as
from tongban.kernel.people.actor import Actor, the_system
from tongban.kernel.people.roles import Role
from tongban.kernel.procedures.declare import NEW, THE_SYSTEM, Opening, State, Step, posted, staying
from tongban.kernel.procedures.forms import ReasonForm
from tongban.kernel.procedures.guards import four_eyes
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.procedure import Procedure
from tongban.kernel.procedures.refusals import wrong
from tongban.kernel.procedures.taking import Taking, take
from tongban.kernel.units.models import Unit

from .forms import (
    AnswerForm,
    AskForm,
    FirstCaseForm,
    HandOverForm,
    OpinionForm,
    ReceiveForm,
    RequestForm,
    TrainForm,
)
from .load import staff_for
from .models import Answer, MunicipalLetter, MunicipalPower
from .panels import letter_panel, power_panel
from .reply import REPLY

bureau, leader = posted(Role.OPERATOR, anywhere=True), posted(Role.LEADER, anywhere=True)
DEPARTMENT = (posted(Role.UNIT_ADMIN), posted(Role.APPROVER), posted(Role.CLERK))
BY_ANOTHER = four_eyes("prepared_by", gettext_lazy("合法性审查要由收函人以外的人办理"))
LOAD = ("cases_per_year", "minutes_per_case", "seals", "accounts")


def open_letter(taking: Taking) -> Opening:
    data = taking.data
    units = {unit.code for unit in Unit.objects.filter(kind=Unit.Kind.DEPARTMENT)}
    seen: dict[str, int] = {}
    for number, row in enumerate(data["powers"], start=1):
        if row["district_unit"] not in units:
            raise wrong(
                "powers",
                _("第 %(row)d 项：“%(unit)s”不是部门代码，请看单位名录")
                % {"row": number, "unit": row["district_unit"]},
            )
        if first := seen.get(row["code"]):
            raise wrong(
                "powers",
                _("第 %(row)d 项：编号 %(code)s 与第 %(first)d 项相同")
                % {"row": number, "code": row["code"], "first": first},
            )
        seen[row["code"]] = number
        taking.after_saving.append(partial(_ask, taking, row))
    letter = MunicipalLetter(
        **{name: data[name] for name in ("name", "document_number", "reply_by")},
        prepared_by=taking.actor.code,
    )
    return Opening(unit=unit_as(taking.actor, Role.OPERATOR), title=data["name"], detail=letter)


def _ask(taking: Taking, row: dict[str, str]) -> None:
    data = {**row, "letter": taking.matter.pk, "unit": row["district_unit"]}
    key = f"ask:{taking.matter.number}:{row['code']}"
    take(TakingOver.ask, None, the_system(), data, key=key, at=taking.at)


def open_power(taking: Taking) -> Opening:
    data = taking.data
    unit = Unit.objects.filter(code=data["unit"]).first()
    if unit is None:
        raise wrong("unit", _("没有单位 %s，请看单位名录") % data["unit"])
    names = ("letter", "code", "name", "municipal_unit")
    power = MunicipalPower(**{name: data[name] for name in names})
    return Opening(unit=unit, title=power.name, detail=power)


def open_request(taking: Taking) -> Opening:
    """What the district itself asks for, numbered on within the letter."""
    data = taking.data
    letter = MunicipalLetter.objects.select_for_update(no_key=True).get(pk=data["letter"].pk)
    names = ("name", "municipal_unit", "reason", "arrangements", "answer")
    power = MunicipalPower(
        letter=letter,
        code=data["code"] or f"N{letter.powers.count() + 1:04d}",
        **{name: data[name] for name in names},
    )
    _keep_load(power, data)
    return Opening(unit=_requesting(taking.actor, data["unit"]), title=power.name, detail=power)


def _requesting(actor: Actor, code: str) -> Unit:
    """One's own department; the bureau enters for any."""
    posts = {post.unit_code for post in actor.posts if post.role != Role.OPERATOR}
    if Role.OPERATOR in actor.roles or code in posts:
        wanted = code
    elif code:
        raise wrong("unit", _("只能为本单位提出，这一项请留空"))
    else:
        wanted = min(posts)
    unit = Unit.objects.filter(code=wanted, kind=Unit.Kind.DEPARTMENT).first()
    if unit is None:
        raise wrong("unit", _("请填写承接部门的代码，例如 SC"))
    return unit


def keep_answer(taking: Taking) -> None:
    taking.detail.answer, taking.detail.reason = taking.data["answer"], taking.data["reason"]
    _keep_load(taking.detail, taking.data)


def _keep_load(power: MunicipalPower, data: dict[str, Any]) -> None:
    for name in LOAD:
        setattr(power, name, data.get(name) or 0)
    power.staff = staff_for(power.cases_per_year, power.minutes_per_case)


def all_answered(matter: Matter, actor: Actor) -> str:
    rows = MunicipalPower.objects.filter(letter=matter.pk, answer="")
    names = sorted(set(rows.values_list("matter__unit__short_name", flat=True)))
    if not names:
        return ""
    return _("%(units)s 还有 %(count)d 项没有答复") % {
        "units": "、".join(names),
        "count": rows.count(),
    }


def settle_all(taking: Taking) -> None:
    """With the reply each power goes its way."""
    taking.detail.replied_on = taking.today
    rows = MunicipalPower.objects.filter(letter=taking.detail).select_related("matter")
    for power in rows.order_by("pk"):
        step = TakingOver.decline if power.answer == Answer.DISAGREE else TakingOver.agree
        taking.after_saving.append(partial(_settle, taking, power, step))


def _settle(taking: Taking, power: MunicipalPower, step: Step) -> None:
    take(step, power.matter, the_system(), key=f"reply:{power.pk}", at=taking.at)


def answer_open(matter: Matter, actor: Actor) -> str:
    """The answer may change until the letter goes on."""
    if matter.detail.letter.matter.state == Answering.consulting.name:
        return ""
    return _("复函已进入审签，要改请政数局先退回")


def note(field: str, source: str) -> Any:
    def keep(taking: Taking) -> None:
        setattr(taking.detail, field, taking.data[source])

    return keep


class Answering(Procedure):
    """The letter: what the city asks and what the district replies."""

    code, title = "municipal_letter", gettext_lazy("市级权限征询")
    detail, detail_name = MunicipalLetter, "municipal_letter"
    panel = staticmethod(letter_panel)
    panel_template = "municipal/letter.html"

    consulting = State(gettext_lazy("部门研究"))
    legal_review = State(gettext_lazy("合法性审查"))
    signing = State(gettext_lazy("待签发"))
    replied = State(gettext_lazy("已复函"), final=True)

    receive = Step(
        gettext_lazy("登记来函"),
        NEW >> consulting,
        by=(bureau,),
        form=ReceiveForm,
        opens=open_letter,
        page="municipal_receive",
    )
    conclude = Step(
        gettext_lazy("汇总答复"),
        consulting >> legal_review,
        by=(bureau,),
        guard=all_answered,
        key="S",
    )
    pass_review = Step(
        gettext_lazy("合法性审查通过"),
        legal_review >> signing,
        by=(bureau,),
        form=OpinionForm,
        guard=BY_ANOTHER,
        law="重大行政决策程序暂行条例",
        key="A",
    )
    reply = Step(
        gettext_lazy("签发复函"),
        signing >> replied,
        by=(leader,),
        effect=settle_all,
        document=REPLY,
        hint=gettext_lazy("复函列出同意、不同意、申请新增和迫切需要的权限，签发后生成 PDF。"),
        key="R",
    )
    send_back = Step(
        gettext_lazy("退回研究"),
        (legal_review | signing) >> consulting,
        by=(bureau, leader),
        form=ReasonForm,
        key="B",
    )


class TakingOver(Procedure):
    """One power, from the question to the first case."""

    code, title = "municipal_power", gettext_lazy("承接市级权限")
    detail, detail_name = MunicipalPower, "municipal_power"
    related = ("municipal_power__letter__matter",)
    panel = staticmethod(power_panel)
    panel_template = "municipal/power.html"

    asked = State(gettext_lazy("待研究"))
    answered = State(gettext_lazy("已研究，待复函"))
    agreed = State(gettext_lazy("待移交"))
    handed_over = State(gettext_lazy("已移交"))
    trained = State(gettext_lazy("已培训"))
    in_use = State(gettext_lazy("已办首件"), final=True)
    declined = State(gettext_lazy("不承接"), final=True, side=True)

    ask = Step(gettext_lazy("征询"), NEW >> asked, by=(THE_SYSTEM,), form=AskForm, opens=open_power)
    request = Step(
        gettext_lazy("提出新增权限"),
        NEW >> answered,
        by=(*DEPARTMENT, bureau),
        form=RequestForm,
        opens=open_request,
    )
    answer = Step(
        gettext_lazy("答复"),
        asked >> answered,
        by=(*DEPARTMENT, bureau),
        form=AnswerForm,
        effect=keep_answer,
        key="A",
    )
    change_answer = Step(
        gettext_lazy("改答复"),
        staying(answered),
        by=(*DEPARTMENT, bureau),
        form=AnswerForm,
        guard=answer_open,
        effect=keep_answer,
        key="E",
    )
    agree = Step(gettext_lazy("复函同意"), answered >> agreed, by=(THE_SYSTEM,))
    decline = Step(gettext_lazy("复函不同意"), answered >> declined, by=(THE_SYSTEM,))
    hand_over = Step(
        gettext_lazy("登记移交"),
        agreed >> handed_over,
        by=(*DEPARTMENT, bureau),
        form=HandOverForm,
        effect=note("handed_over_on", "on"),
        key="H",
    )
    not_given = Step(
        gettext_lazy("市里不下放"),
        agreed >> declined,
        by=(bureau,),
        form=ReasonForm,
        tone="danger",
    )
    train = Step(
        gettext_lazy("登记培训"),
        handed_over >> trained,
        by=DEPARTMENT,
        form=TrainForm,
        effect=note("trained_on", "on"),
        key="T",
    )
    first_case = Step(
        gettext_lazy("登记首件"),
        trained >> in_use,
        by=DEPARTMENT,
        form=FirstCaseForm,
        effect=note("first_case", "number"),
        key="F",
    )
