"""The life of a certificate: issued → in force ⇄ suspended → revoked or expired."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.kernel.people.models import Applicant
from tongban.kernel.people.roles import Role
from tongban.kernel.procedures.clockwork import through
from tongban.kernel.procedures.declare import (
    NEW,
    THE_SYSTEM,
    Opening,
    State,
    Step,
    Tell,
    posted,
    staying,
)
from tongban.kernel.procedures.forms import ReasonForm
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.numbering import next_in_year
from tongban.kernel.procedures.procedure import Procedure
from tongban.kernel.procedures.refusals import wrong
from tongban.kernel.procedures.taking import Taking
from tongban.kernel.units.models import Unit
from tongban.services.seals.models import SealedDocument

from .forms import GiveUpForm, IssueForm, UseForm
from .identifier import Identifier
from .models import Certificate, type_of
from .panel import panel_of

LAW = "行政许可法"
valid = through("valid_until", f"{LAW} 第七十条")
approver, head = posted(Role.APPROVER), posted(Role.UNIT_ADMIN)


def open_certificate(taking: Taking) -> Opening:
    data = taking.data
    holder = Applicant.objects.filter(code=data["holder"]).first()
    unit = Unit.objects.filter(code=data["unit"]).exclude(uscc="").first()
    if holder is None or unit is None:
        raise wrong("holder", _("没有这个持证人或颁发机构"))
    if data["valid_until"] and data["valid_until"] < taking.today:
        raise wrong("valid_until", _("有效期已过，不能签发"))
    kind, year = type_of(unit, data["type"]), taking.today.year
    serial = f"{year}{next_in_year(f'certificate:{kind.pk}', year):08d}"
    papers = SealedDocument.objects.filter(number=data["number"])
    detail = Certificate(
        type=kind,
        identifier=str(Identifier(kind.code, unit.uscc, serial)),
        number=data["number"],
        valid_from=data["valid_from"],
        valid_until=data["valid_until"],
        facts=data["facts"] or {},
        granted_in=Matter.objects.filter(number=data["granted_in"]).first(),
        document=papers.first(),
    )
    return Opening(unit=unit, title=kind.name, applicant=holder, detail=detail)


def count_use(taking: Taking) -> None:
    taking.detail.uses += 1


class Holding(Procedure):
    code, title = "certificate", gettext_lazy("电子证照")
    detail, detail_name = Certificate, "certificate"
    related = ("certificate__type", "certificate__document", "certificate__granted_in")
    panel = staticmethod(panel_of)
    panel_template = "certificates/panel.html"
    mine_at = "/my/certificates/"

    in_force = State(gettext_lazy("有效"), holds=True, within=valid, otherwise="expire")
    suspended = State(gettext_lazy("暂停使用"), side=True, within=valid, otherwise="expire")
    expired = State(gettext_lazy("已过期"), final=True)
    revoked = State(gettext_lazy("已撤销"), final=True, side=True)

    cancelled = State(gettext_lazy("已注销"), final=True, side=True)

    issue = Step(
        gettext_lazy("签发电子证照"),
        NEW >> in_force,
        by=(THE_SYSTEM,),
        form=IssueForm,
        opens=open_certificate,
        tells=(Tell(gettext_lazy("电子证照“%(title)s”已存入您的卡包，下次办事不用再交")),),
        law=f"{LAW} 第三十九条",
    )
    use = Step(
        gettext_lazy("代替纸质材料使用"),
        staying(in_force),
        by=(THE_SYSTEM,),
        form=UseForm,
        effect=count_use,
        law="国务院关于在线政务服务的若干规定 第十条",
    )
    suspend = Step(
        gettext_lazy("暂停使用"),
        in_force >> suspended,
        by=(approver, head),
        form=ReasonForm,
        tells=(Tell(gettext_lazy("您的电子证照“%(title)s”已暂停使用，理由见“我的证照”")),),
        law=f"{LAW} 第六十一条",
        key="P",
    )
    restore = Step(
        gettext_lazy("恢复使用"),
        suspended >> in_force,
        by=(approver, head),
        form=ReasonForm,
        tells=(Tell(gettext_lazy("您的电子证照“%(title)s”已恢复使用")),),
        key="U",
    )
    revoke = Step(
        gettext_lazy("撤销"),
        (in_force | suspended) >> revoked,
        by=(head,),
        form=ReasonForm,
        tells=(Tell(gettext_lazy("您的电子证照“%(title)s”已被撤销，理由见“我的证照”")),),
        law=f"{LAW} 第六十九条",
        tone="danger",
    )
    give_up = Step(
        gettext_lazy("注销或换发"),
        (in_force | suspended) >> cancelled,
        by=(THE_SYSTEM,),
        form=GiveUpForm,
        tells=(Tell(gettext_lazy("您的电子证照“%(title)s”已注销，办件见“我的办件”")),),
        law=f"{LAW} 第七十条",
    )
    expire = Step(
        gettext_lazy("到期失效"),
        (in_force | suspended) >> expired,
        by=(THE_SYSTEM,),
        tells=(Tell(gettext_lazy("您的电子证照“%(title)s”已到期，需要的请申请延续")),),
        law=f"{LAW} 第七十条",
    )
