"""Phrases for the whole district; units add their own."""

from tongban.kernel.screens.models import Phrase

PHRASES = (
    ("pre_review", "材料初步符合要求，请等待受理。"),
    ("pre_review", "请携带身份证原件到窗口核对。"),
    ("request_corrections", "申请表未签名或盖章，请补签后重新上传。"),
    ("request_corrections", "上传的照片不清晰，请重新拍摄，四角完整、字迹可辨。"),
    ("request_corrections", "营业执照与申请主体名称不一致，请更正或提供变更证明。"),
    ("decline", "申请事项依法不属于本机关职权范围，请向有权机关申请。"),
    ("refuse", "现场核查不符合许可条件，整改后可重新申请。"),
    ("grant", "材料齐全，符合许可条件，准予许可。"),
    ("terminate", "申请人书面要求终止办理。"),
)


def load() -> None:
    Phrase.objects.bulk_create(
        Phrase(kind="case", step=step, words=words) for step, words in PHRASES
    )
