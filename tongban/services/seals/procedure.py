"""The life of a seal 印章: applied → approved → made → in force ⇄ suspended → revoked or expired.

国务院关于国家行政机关和企业事业单位社会团体印章管理的规定(国发〔1999〕25号);
国务院关于在线政务服务的若干规定 第九条.
"""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.kernel.people.roles import Role
from tongban.kernel.procedures.clockwork import through
from tongban.kernel.procedures.declare import (
    NEW,
    THE_SYSTEM,
    Opening,
    State,
    Step,
    posted,
    staying,
)
from tongban.kernel.procedures.forms import ReasonForm
from tongban.kernel.procedures.guards import four_eyes
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.procedure import Procedure
from tongban.kernel.procedures.refusals import wrong
from tongban.kernel.procedures.taking import Taking
from tongban.kernel.units.models import Unit

from . import national
from .authority import certify
from .forms import ApplyForm, AuthoriseForm, PermitForm, RegisterForm, WithdrawAuthorisationForm
from .models import Seal, SealAuthorisation, waiting_in
from .panel import panel_of

RULES = "国发〔1999〕25号"
SEAL_WAITING = "seal_waiting"
valid = through("to_on", RULES)
head, bureau = posted(Role.UNIT_ADMIN), posted(Role.OPERATOR, anywhere=True)
by_another = four_eyes("applied_by", gettext_lazy("不能审批自己申请的印章，请换一位"))


def open_seal(taking: Taking) -> Opening:
    """By the head of the unit whose seal it shall be."""
    unit: Unit = taking.data["unit"]
    if unit.pk not in taking.actor.units_as(Role.UNIT_ADMIN):
        raise wrong("unit", _("只能申请本单位的印章"))
    number = Seal.objects.filter(unit=unit).count() + 1
    code = f"{unit.code}-{number:02d}"
    seal = Seal(code=code, unit=unit, name=taking.data["name"], kind=taking.data["kind"])
    if not seal.name.startswith(unit.name):
        raise wrong("name", _("印章名称应以单位全称“%s”开头") % unit.name)
    if Seal.objects.filter(unit=unit, name=seal.name, matter__closed_at=None).exists():
        raise wrong("name", _("本单位已有这个名称的印章，一章一名"))
    seal.applied_by = taking.actor.code
    return Opening(unit=unit, title=seal.name, detail=seal)


def open_registered(taking: Taking) -> Opening:
    """A seal that was there before its life was kept goes on with its keys and its dates."""
    data = taking.data
    seal = Seal.objects.filter(code=data["code"]).select_related("unit").first()
    if seal and seal.matter_id:
        raise wrong("code", _("这个编号的印章已经登记"))
    if seal:
        give_national(seal, taking.at)
        seal.uses = seal.documents.filter(file__isnull=False).count()
        return Opening(unit=seal.unit, title=seal.name, detail=seal)
    seal = Seal(code=data["code"], unit=data["unit"], name=data["name"], kind=data["kind"])
    make_keys(seal, taking)
    authorisation = SealAuthorisation(seal=seal, from_on=taking.today, given_at=1)

    def keep() -> None:
        authorisation.seal_id = seal.pk
        authorisation.save()

    taking.after_saving.append(keep)
    return Opening(unit=seal.unit, title=seal.name, detail=seal)


def make_keys(seal: Seal, taking: Taking) -> None:
    """Keys and certificates of both kinds, and the seal's own structure; from today on."""
    seal.from_on = taking.today
    seal.certificate, seal.to_on = certify(seal.code, seal.unit.name, seal.name, taking.today)
    give_national(seal, taking.at)


def give_national(seal: Seal, at: datetime) -> None:
    seal.sm2_public = national.public_key(seal.code).pem
    seal.structure = national.structure(seal, at)


def make_seal(taking: Taking) -> None:
    make_keys(taking.detail, taking)


def note_authorisation(taking: Taking) -> None:
    data, seal = taking.data, taking.detail
    for kind in data["kinds"] or [""]:
        given = SealAuthorisation(
            seal=seal,
            document_kind=kind,
            person=data["person"],
            from_on=data["from_on"],
            to_on=data["to_on"],
            given_at=taking.matter.head_seq + 1,
        )
        taking.after_saving.append(given.save)
    taking.detail_changed = False


def note_permission(taking: Taking) -> None:
    """For each of these papers alone, from today."""
    for paper in taking.data["papers"]:
        given = SealAuthorisation(
            seal=taking.detail,
            document=paper,
            from_on=taking.today,
            given_at=taking.matter.head_seq + 1,
        )
        taking.after_saving.append(given.save)
    taking.detail_changed = False


def note_withdrawal(taking: Taking) -> None:
    """It holds no more from today on; what was sealed under it stays sealed."""
    given: SealAuthorisation = taking.data["which"]
    given.to_on = taking.today - timedelta(days=1)
    taking.after_saving.append(given.save)
    taking.detail_changed = False


def nothing_waits(matter: Matter, actor: object) -> str:
    return "" if waiting_in(matter.unit_id).exists() else _("没有等着盖章的文书")


class Sealing(Procedure):
    code, title = "seal", gettext_lazy("电子印章")
    detail, detail_name = Seal, "seal"
    related = ("seal__unit",)
    panel = staticmethod(panel_of)
    panel_template = "seals/panel.html"

    applied = State(gettext_lazy("待审批"))
    approved = State(gettext_lazy("待制作"))
    made = State(gettext_lazy("待启用"))
    in_force = State(gettext_lazy("启用"), holds=True, within=valid, otherwise="expire")
    suspended = State(gettext_lazy("停用"), side=True, within=valid, otherwise="expire")
    expired = State(gettext_lazy("已过期"), final=True)
    revoked = State(gettext_lazy("已注销"), final=True, side=True)
    rejected = State(gettext_lazy("不同意"), final=True, side=True)

    apply = Step(
        gettext_lazy("申请印章"),
        NEW >> applied,
        by=(head,),
        form=ApplyForm,
        opens=open_seal,
        law=RULES,
    )
    register = Step(
        gettext_lazy("登记已有印章"),
        NEW >> in_force,
        by=(THE_SYSTEM,),
        form=RegisterForm,
        opens=open_registered,
        law=RULES,
    )
    approve = Step(
        gettext_lazy("同意制作"),
        applied >> approved,
        by=(bureau,),
        guard=by_another,
        law=RULES,
        key="A",
    )
    reject = Step(
        gettext_lazy("不同意"),
        applied >> rejected,
        by=(bureau,),
        form=ReasonForm,
        law=RULES,
        tone="danger",
    )
    make = Step(
        gettext_lazy("制作印章"),
        approved >> made,
        by=(bureau,),
        effect=make_seal,
        law="GB/T 38540—2020",
        hint=gettext_lazy("生成密钥、证书和印模；私钥只在密钥目录里。"),
        key="M",
    )
    activate = Step(
        gettext_lazy("领取启用"),
        made >> in_force,
        by=(head,),
        after=(SEAL_WAITING,),
        law=RULES,
        key="G",
    )
    authorise = Step(
        gettext_lazy("授权用印"),
        staying(in_force),
        by=(head,),
        form=AuthoriseForm,
        effect=note_authorisation,
        after=(SEAL_WAITING,),
        law=RULES,
        key="Y",
    )
    permit = Step(
        gettext_lazy("逐份准许用印"),
        staying(in_force),
        by=(head,),
        form=PermitForm,
        guard=nothing_waits,
        effect=note_permission,
        after=(SEAL_WAITING,),
        law=RULES,
        key="O",
    )
    withdraw_authorisation = Step(
        gettext_lazy("收回授权"),
        staying(in_force, suspended),
        by=(head,),
        form=WithdrawAuthorisationForm,
        effect=note_withdrawal,
        law=RULES,
    )
    suspend = Step(
        gettext_lazy("停用"),
        in_force >> suspended,
        by=(head, bureau),
        form=ReasonForm,
        law=RULES,
        key="P",
    )
    restore = Step(
        gettext_lazy("恢复启用"),
        suspended >> in_force,
        by=(bureau,),
        form=ReasonForm,
        after=(SEAL_WAITING,),
        law=RULES,
        key="U",
    )
    revoke = Step(
        gettext_lazy("注销"),
        (made | in_force | suspended) >> revoked,
        by=(bureau,),
        form=ReasonForm,
        law=RULES,
        tone="danger",
    )
    expire = Step(
        gettext_lazy("到期失效"),
        (in_force | suspended) >> expired,
        by=(THE_SYSTEM,),
        law=RULES,
    )
