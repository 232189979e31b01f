"""Handling of an application under the Administrative Licensing Law (行政许可法)."""

from django.utils.translation import gettext_lazy

from tongban.kernel.clock import Limit
from tongban.kernel.people.roles import Role
from tongban.kernel.procedures.builtin import DocumentForm
from tongban.kernel.procedures.clockwork import Extend, Pause, Resume, Start, Stop
from tongban.kernel.procedures.declare import (
    NEW,
    THE_APPLICANT,
    THE_SYSTEM,
    State,
    Step,
    Tell,
    posted,
    staying,
)
from tongban.kernel.procedures.forms import ReasonForm
from tongban.kernel.procedures.parts import PartEndedForm
from tongban.kernel.procedures.procedure import Procedure
from tongban.services.evaluation.step import evaluation

from . import effects, examination, history, letters
from .desk_forms import CheckMaterialsForm, FileForm, PaperForm
from .forms import (
    ChargeForm,
    CorrectForm,
    CorrectionsForm,
    CounterForm,
    DeliverForm,
    ExtendForm,
    GrantForm,
    PaidForm,
    PartForm,
    PauseForm,
    PreReviewForm,
    SubmitForm,
    SupplyForm,
    TransferForm,
)
from .joint_review import DROP_REVIEWS
from .joint_review import LAW as LAW_OF_JOINT_REVIEW
from .models import Case
from .opening import open_at_counter, open_case, open_part, replace_materials
from .panel import panel_of

clerk, approver = posted(Role.CLERK), posted(Role.APPROVER)
head = posted(Role.UNIT_ADMIN)
LAW = "行政许可法"


class Handling(Procedure):
    code, title = "case", gettext_lazy("办件")
    detail, detail_name = Case, "case"
    related = ("case__town", "case__version")
    panel = staticmethod(panel_of)
    panel_template, my_template = "cases/panel.html", "cases/my.html"

    submitted = State(
        gettext_lazy("待受理"), within=Limit(5, f"{LAW} 第三十二条"), otherwise="deem_accepted"
    )
    examining = State(gettext_lazy("审查"))
    granted = State(gettext_lazy("制证"))
    closed = State(gettext_lazy("办结"), final=True)
    correcting = State(
        gettext_lazy("待补正"), side=True, within=examination.within_told, otherwise="lapse"
    )
    special = State(gettext_lazy("特别程序"), side=True)
    unpaid = State(
        gettext_lazy("待缴费"),
        side=True,
        within=lambda taking: Limit(taking.detail.fee_days, f"{LAW} 第五十九条"),
        otherwise="not_paid",
    )
    declined = State(gettext_lazy("不予受理"), final=True, side=True)
    refused = State(gettext_lazy("不予许可"), final=True, side=True)
    withdrawn = State(gettext_lazy("已撤回"), final=True, side=True)
    terminated = State(gettext_lazy("已终止"), final=True, side=True)
    transferred = State(gettext_lazy("已转报"), final=True, side=True)

    apply = Step(
        gettext_lazy("提交申请"),
        NEW >> submitted,
        by=(THE_APPLICANT,),
        form=SubmitForm,
        page="search",
        opens=open_case,
        tells=(
            Tell(
                gettext_lazy("您的“%(title)s”申请已收到，编号 %(number)s,5 个工作日内告知是否受理")
            ),
        ),
    )
    apply_at_counter = Step(
        gettext_lazy("窗口收件"),
        NEW >> submitted,
        by=(clerk,),
        form=CounterForm,
        opens=open_at_counter,
        page="counter_apply",
        document=letters.RECEIPT,
        tells=(
            Tell(
                gettext_lazy("您在窗口提交的“%(title)s”已收件，编号 %(number)s，可凭编号查询进度")
            ),
        ),
        law=f"{LAW} 第二十九条",
    )
    apply_in_theme = Step(
        gettext_lazy("随一件事提交"),
        NEW >> submitted,
        by=(THE_SYSTEM,),
        form=PartForm,
        opens=open_part,
        law="国办发〔2024〕6号",  # one thing is handled at once
    )
    bring_in = Step(
        gettext_lazy("补录历史办件"),
        NEW >> examining,
        by=(THE_SYSTEM,),
        form=history.HistoricForm,
        opens=history.open_historic,
        clock=Start(effects.limits, f"{LAW} 第四十二条"),
    )
    bring_in_granted = Step(
        gettext_lazy("补录：准予"),
        examining >> closed,
        by=(THE_SYSTEM,),
        guard=history.only_historic,
        clock=Stop(),
    )
    bring_in_refused = Step(
        gettext_lazy("补录：不予"),
        examining >> refused,
        by=(THE_SYSTEM,),
        guard=history.only_historic,
        clock=Stop(),
    )
    bring_in_ended = Step(
        gettext_lazy("补录：撤回或终止"),
        examining >> terminated,
        by=(THE_SYSTEM,),
        guard=history.only_historic,
        clock=Stop(),
    )
    accept = Step(
        gettext_lazy("受理"),
        submitted >> examining,
        by=(clerk,),
        guard=examination.nothing_is_missing,
        clock=Start(effects.limits, f"{LAW} 第三十二、四十二条"),
        document=letters.ACCEPTANCE,
        tells=(Tell(gettext_lazy("您的“%(title)s”（%(number)s）已受理，可下载受理通知书")),),
        law=f"{LAW} 第三十二条",
        hint=gettext_lazy("受理后生成受理通知书并通知申请人，时限自次日起算。"),
        key="A",
    )
    pre_review = Step(
        gettext_lazy("预审"),
        staying(submitted),
        by=(clerk,),
        form=PreReviewForm,
        guard=effects.pre_reviewed_once,
        effect=effects.note_pre_review,
        tells=(Tell(gettext_lazy("您的“%(title)s”（%(number)s）预审意见：%(opinion)s")),),
        law=f"{LAW} 第三十条",
        key="B",
    )
    accept_short = Step(
        gettext_lazy("容缺受理"),
        submitted >> examining,
        by=(clerk,),
        form=examination.AcceptShortForm,
        guard=examination.something_is_missing,
        effect=examination.note_missing,
        clock=Start(effects.limits, f"{LAW} 第三十二、四十二条"),
        document=letters.ACCEPTANCE,
        tells=(
            Tell(
                gettext_lazy(
                    "您的“%(title)s”（%(number)s）已容缺受理，请在 %(until)s 前补交：%(missing)s"
                )
            ),
        ),
        law="国发〔2024〕3号 容缺受理",
        hint=gettext_lazy("先受理，缺的材料在期限内补交；补齐以前不能作决定。"),
        key="S",
    )
    supply = Step(
        gettext_lazy("补交材料"),
        staying(examining),
        by=(THE_APPLICANT,),
        form=SupplyForm,
        guard=examination.still_missing,
        effect=replace_materials,
        page="supply",
    )
    deem_accepted = Step(
        gettext_lazy("逾期未告知，视为受理"),
        submitted >> examining,
        by=(THE_SYSTEM,),
        clock=Start(effects.limits, f"{LAW} 第三十二条", from_entry=True),
        tells=(Tell(gettext_lazy("您的“%(title)s”（%(number)s）已视为受理，时限自收到之日起算")),),
        law=f"{LAW} 第三十二条",
    )
    request_corrections = Step(
        gettext_lazy("一次性告知补正"),
        submitted >> correcting,
        by=(clerk,),
        form=CorrectionsForm,
        guard=effects.asked_once,
        effect=effects.note_corrections,
        document=letters.CORRECTIONS,
        tells=(
            Tell(gettext_lazy("您的“%(title)s”（%(number)s）需要补正材料，请在“我的办件”中补正")),
        ),
        law=f"{LAW} 第三十二条",
        key="C",
    )
    correct = Step(
        gettext_lazy("提交补正"),
        correcting >> submitted,
        by=(THE_APPLICANT,),
        form=CorrectForm,
        page="correct",
        effect=replace_materials,
    )
    decline = Step(
        gettext_lazy("不予受理"),
        submitted >> declined,
        by=(clerk,),
        form=ReasonForm,
        document=letters.NON_ACCEPTANCE,
        tells=(
            Tell(gettext_lazy("您的“%(title)s”（%(number)s）不予受理，理由和救济途径见通知书")),
        ),
        law=f"{LAW} 第三十二条",
        tone="danger",
        key="N",
    )
    lapse = Step(
        gettext_lazy("逾期未补正，终止办理"),
        correcting >> terminated,
        by=(THE_SYSTEM,),
        tells=(
            Tell(gettext_lazy("您的“%(title)s”（%(number)s）逾期没有补正，已终止办理，可重新申请")),
        ),
        law=f"{LAW} 第三十二条",
    )
    grant = Step(
        gettext_lazy("准予许可"),
        examining >> granted,
        by=(approver,),
        form=GrantForm,
        guard=examination.ready_to_decide,
        clock=Stop(),
        document=letters.LICENCE,
        then="issue",
        law=f"{LAW} 第三十八条",
        key="G",
    )
    issue = Step(
        gettext_lazy("制证并网上送达"),
        granted >> closed,
        by=(THE_SYSTEM,),
        form=DocumentForm,
        effect=effects.make_certificate,
        tells=(
            Tell(gettext_lazy("您的“%(title)s”（%(number)s）已办结，许可证可在“我的办件”下载")),
        ),
        law=f"{LAW} 第四十四条",
    )
    refuse = Step(
        gettext_lazy("不予许可"),
        examining >> refused,
        by=(approver,),
        form=ReasonForm,
        clock=Stop(),
        after=(DROP_REVIEWS,),
        document=letters.REFUSAL,
        tells=(
            Tell(gettext_lazy("您的“%(title)s”（%(number)s）不予许可，理由和救济途径见决定书")),
        ),
        law=f"{LAW} 第三十八条",
        tone="danger",
        key="R",
    )
    pause = Step(
        gettext_lazy("进入特别程序"),
        examining >> special,
        by=(approver,),
        form=PauseForm,
        clock=Pause(lambda t: t.data["rule"], f"{LAW} 第四十五条", lambda t: t.data["days"]),
        document=letters.PAUSE,
        tells=(
            Tell(gettext_lazy("您的“%(title)s”（%(number)s）进入特别程序，所需时间不计入办理时限")),
        ),
        law=f"{LAW} 第四十五条",
        key="P",
    )
    resume = Step(
        gettext_lazy("特别程序结束"),
        special >> examining,
        by=(approver,),
        clock=Resume(),
        law=f"{LAW} 第四十五条",
        key="U",
    )
    charge = Step(
        gettext_lazy("告知缴费"),
        examining >> unpaid,
        by=(clerk, approver),
        form=ChargeForm,
        guard=effects.charged_once,
        effect=effects.note_charge,
        clock=Pause(lambda t: "待缴费", f"{LAW} 第五十九条", lambda t: t.data["days"]),
        tells=(
            Tell(
                gettext_lazy(
                    "您的“%(title)s”（%(number)s）需缴费 %(amount)s 元，"
                    "请在 %(days)s 个工作日内缴纳"
                )
            ),
        ),
        law=f"{LAW} 第五十八、五十九条",
        key="M",
    )
    pay = Step(
        gettext_lazy("登记缴费"),
        unpaid >> examining,
        by=(clerk, approver),
        form=PaidForm,
        effect=effects.note_payment,
        clock=Resume(),
        law=f"{LAW} 第五十九条",
        key="Y",
    )
    not_paid = Step(
        gettext_lazy("逾期未缴费，终止办理"),
        unpaid >> terminated,
        by=(THE_SYSTEM,),
        clock=Stop(),
        after=(DROP_REVIEWS,),
        tells=(
            Tell(gettext_lazy("您的“%(title)s”（%(number)s）逾期没有缴费，已终止办理，可重新申请")),
        ),
        law=f"{LAW} 第五十九条",
    )
    extend = Step(
        gettext_lazy("延长期限"),
        staying(examining),
        by=(head,),
        form=ExtendForm,
        guard=effects.extended_once,
        effect=effects.note_extension,
        clock=Extend(lambda t: t.data["days"], "经负责人批准延长", f"{LAW} 第四十二条"),
        document=letters.EXTENSION,
        tells=(
            Tell(gettext_lazy("您的“%(title)s”（%(number)s）经批准延长办理期限，理由见告知书")),
        ),
        law=f"{LAW} 第四十二条",
        key="E",
    )
    review = Step(
        gettext_lazy("登记审查意见"),
        staying(examining),
        by=(clerk, approver, head),
        form=examination.ReviewForm,
        guard=examination.none_to_review,
        effect=examination.note_review,
        law=f"{LAW} 第三十四条",
        key="V",
    )
    send_elsewhere = Step(
        gettext_lazy("送其他单位审查"),
        staying(examining),
        by=(clerk, approver, head),
        guard=examination.none_elsewhere,
        effect=examination.send_elsewhere,
        law=LAW_OF_JOINT_REVIEW,
        hint=gettext_lazy("清单里由其他单位岗位审查的环节，送出后才能出具意见。"),
        key="J",
    )
    part_ended = Step(
        gettext_lazy("收到联合审查意见"),
        staying(examining, special, unpaid),
        by=(THE_SYSTEM,),
        form=PartEndedForm,
        effect=examination.note_joint_review,
        law=LAW_OF_JOINT_REVIEW,
    )
    site_check = Step(
        gettext_lazy("登记现场核查"),
        staying(examining),
        by=(clerk, approver),
        form=examination.SiteCheckForm,
        effect=examination.note_site_check,
        law=f"{LAW} 第三十四条",
        page="site_check",
        key="K",
    )
    consult = Step(
        gettext_lazy("征求其他单位意见"),
        staying(examining),
        by=(approver, head),
        form=examination.ConsultForm,
        effect=examination.consult_units,
        law=f"{LAW} 第三十四、四十五条",
        hint=gettext_lazy("征求意见的时间计入办理时限。"),
        key="O",
    )
    withdraw = Step(
        gettext_lazy("撤回申请"),
        (submitted | correcting | examining | special | unpaid) >> withdrawn,
        by=(THE_APPLICANT, THE_SYSTEM),
        form=ReasonForm,
        clock=Stop(),
        after=(DROP_REVIEWS,),
        tone="danger",
    )
    terminate = Step(
        gettext_lazy("终止办理"),
        (correcting | examining | special | unpaid) >> terminated,
        by=(approver, clerk),
        form=ReasonForm,
        clock=Stop(),
        after=(DROP_REVIEWS,),
        tells=(Tell(gettext_lazy("您的“%(title)s”（%(number)s）已终止办理，理由见办件详情")),),
        tone="danger",
    )
    deliver = Step(
        gettext_lazy("登记送达"),
        staying(closed, refused),
        by=(clerk,),
        form=DeliverForm,
        guard=effects.delivered_once,
        effect=effects.note_delivery,
        document=letters.DELIVERY,
        law=f"{LAW} 第四十四条",
        key="D",
    )
    file_away = Step(
        gettext_lazy("归档"),
        staying(closed, refused, declined, withdrawn, terminated, transferred),
        by=(clerk, head),
        form=FileForm,
        guard=effects.filed_once,
        effect=effects.file_away,
        document=letters.COVER,
        law="档案法 第十三条",
        key="F",
    )
    transfer_up = Step(
        gettext_lazy("转报上级"),
        examining >> transferred,
        by=(approver,),
        form=TransferForm,
        effect=effects.note_transfer,
        clock=Stop(),
        after=(DROP_REVIEWS,),
        tells=(Tell(gettext_lazy("您的“%(title)s”（%(number)s）已转报上级机关，进度见办件详情")),),
        law=f"{LAW} 第三十五条",
        tone="danger",
    )
    check_materials = Step(
        gettext_lazy("核对材料"),
        staying(submitted, examining),
        by=(clerk, approver),
        form=CheckMaterialsForm,
        effect=effects.note_checks,
        page="review_case",
        law=f"{LAW} 第三十一、三十四条",
        key="L",
    )
    hold_paper = Step(
        gettext_lazy("接收纸质材料"),
        staying(submitted, correcting, examining, special, unpaid, granted, closed, refused),
        by=(clerk, approver, head),
        form=PaperForm,
        effect=effects.hold_paper,
        key="H",
    )
    flag_urgent = Step(
        gettext_lazy("加急"),
        staying(submitted, correcting, examining),
        by=(head,),
        form=ReasonForm,
        guard=effects.not_urgent_yet,
        effect=effects.flag,
    )
    evaluate = evaluation(closed, refused, declined)
