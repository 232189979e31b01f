"""A batch of powers for towns: consulted, reviewed, issued, in force town by town.

行政处罚法 第二十四条: powers go to towns which can take them on, and how they are used is
evaluated regularly. Each line comes into force only when its town is ready (`preparing`).
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.kernel.people.actor import Actor, the_system
from tongban.kernel.people.roles import Role
from tongban.kernel.procedures.after import work
from tongban.kernel.procedures.clockwork import until
from tongban.kernel.procedures.declare import NEW, THE_SYSTEM, State, Step, posted, staying
from tongban.kernel.procedures.forms import ReasonForm
from tongban.kernel.procedures.guards import four_eyes
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.procedure import Procedure
from tongban.kernel.procedures.refusals import NotNow, wrong
from tongban.kernel.procedures.taking import Taking, take
from tongban.services.consultation import asking

from . import batches
from .forms import ConcludeForm, DropForm, IssueForm, OpinionForm, PrepareForm
from .models import DelegationBatch
from .panels import batch_panel
from .preparing import ADMIT_READY, begin_all, drop, drop_chosen

bureau, leader = posted(Role.OPERATOR, anywhere=True), posted(Role.LEADER, anywhere=True)
LAW = "行政处罚法 第二十四条"
BY_ANOTHER = four_eyes("prepared_by", gettext_lazy("合法性审查要由起草人以外的人办理"))


def all_settled(matter: Matter, actor: Actor) -> str:
    waiting = matter.detail.lines.filter(in_force_on=None, dropped="").count()
    return _("还有 %d 项没有实施，请等镇街就绪或移出本批") % waiting if waiting else ""


def issue_document(taking: Taking) -> None:
    batch, data = taking.detail, taking.data
    if data["effective_on"] <= taking.today:
        raise wrong("effective_on", _("生效日期要晚于今天，给镇街留出准备时间"))
    batch.document_number, batch.effective_on = data["document_number"], data["effective_on"]
    begin_all(taking)


def come_into_force(taking: Taking) -> None:
    if taking.today < taking.detail.effective_on:
        raise NotNow(_("%s 起生效，还没有到") % taking.detail.effective_on)
    batches.give_town_lists(taking)


def drop_all(taking: Taking) -> None:
    drop(taking.detail.open_lines(), taking.data["reason"])


class Delegating(Procedure):
    code, title = "delegation", gettext_lazy("下放批次")
    detail, detail_name = DelegationBatch, "delegation"
    panel = staticmethod(batch_panel)
    panel_template = "delegation/batch.html"

    draft = State(gettext_lazy("起草"))
    consulting = State(gettext_lazy("征求部门意见"))
    legal_review = State(gettext_lazy("合法性审查"))
    issuing = State(gettext_lazy("待印发"))
    preparing = State(
        gettext_lazy("镇街准备"), within=until("effective_on", LAW), otherwise="come_into_force"
    )
    in_force = State(gettext_lazy("实施中"))
    settled = State(gettext_lazy("全部到位"), final=True)
    abandoned = State(gettext_lazy("已终止"), final=True, side=True)

    prepare = Step(
        gettext_lazy("起草批次"),
        NEW >> draft,
        by=(bureau,),
        form=PrepareForm,
        opens=batches.open_batch,
        page="delegated_prepare",
    )
    take_out = Step(
        gettext_lazy("移出事项"),
        staying(draft),
        by=(bureau,),
        form=DropForm,
        effect=drop_chosen,
    )
    consult = Step(
        gettext_lazy("征求部门意见"),
        draft >> consulting,
        by=(bureau,),
        effect=batches.consult_departments,
        hint=gettext_lazy("每个部门就自己的事项答复，10 个工作日不答复视为无意见。"),
        key="C",
    )
    conclude = Step(
        gettext_lazy("汇总意见"),
        consulting >> legal_review,
        by=(bureau,),
        form=ConcludeForm,
        guard=asking.opinions_are_in,
        effect=batches.conclude,
        key="S",
    )
    pass_review = Step(
        gettext_lazy("合法性审查通过"),
        legal_review >> issuing,
        by=(bureau,),
        form=OpinionForm,
        guard=BY_ANOTHER,
        law="重大行政决策程序暂行条例",
        key="A",
    )
    issue = Step(
        gettext_lazy("签发文件"),
        issuing >> preparing,
        by=(leader,),
        form=IssueForm,
        effect=issue_document,
        law=LAW,
        hint=gettext_lazy("签发后每个镇街各有一张准备清单，逐项落实人员、培训、账号、印章、监管。"),
        key="I",
    )
    come_into_force = Step(
        gettext_lazy("生效"),
        preparing >> in_force,
        by=(THE_SYSTEM,),
        effect=come_into_force,
        law=LAW,
    )
    admit_ready = Step(
        gettext_lazy("后续就绪事项生效"),
        staying(in_force),
        by=(THE_SYSTEM,),
        effect=batches.give_town_lists,
    )
    settle = Step(
        gettext_lazy("本批到位"),
        in_force >> settled,
        by=(bureau,),
        guard=all_settled,
        key="F",
    )
    send_back = Step(
        gettext_lazy("退回起草"),
        legal_review >> draft,
        by=(bureau,),
        form=ReasonForm,
        key="B",
    )
    abandon = Step(
        gettext_lazy("终止本批"),
        (draft | consulting | legal_review | issuing) >> abandoned,
        by=(bureau,),
        form=ReasonForm,
        effect=drop_all,
        tone="danger",
        key="W",
    )


@work(ADMIT_READY)
def admit_those_ready(matter: Matter, event: object) -> None:
    """When a town is confirmed after the batch is in force, its lines follow at once."""
    batch = DelegationBatch.objects.select_related("matter").get(preparations=matter.pk)
    if batch.matter.state == Delegating.in_force.name:
        key = f"ready:{matter.number}"
        take(Delegating.admit_ready, batch.matter, the_system(), key=key)
