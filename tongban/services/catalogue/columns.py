"""Columns of the spreadsheets of items, materials and situations: names, values, both ways."""

from typing import Any

from django.utils.translation import gettext_lazy

from tongban.kernel.screens.sheets import Column, Sheet, in_chinese, one_of, text, whole, yes

from .elements import Audience, Commitment, ItemKind, OnlineDepth
from .models import MaterialForm, MaterialKind, ServiceItem, Source

DEPTHS = {"1": "Ⅰ", "2": "Ⅱ", "3": "Ⅲ", "4": "Ⅳ", "I": "Ⅰ", "II": "Ⅱ", "III": "Ⅲ", "IV": "Ⅳ"}


ITEMS = Sheet(
    "items",
    gettext_lazy("事项"),
    (
        Column("basic_code", gettext_lazy("基本编码"), text(12)),
        Column("implementation_code", gettext_lazy("实施编码"), text(31), required=True),
        Column("name", gettext_lazy("事项名称"), text(120), required=True),
        Column("kind", gettext_lazy("事项类型"), one_of(ItemKind), required=True),
        Column("by_application", gettext_lazy("依申请"), yes),
        Column("unit_code", gettext_lazy("单位代码"), text(16)),
        Column("audience", gettext_lazy("服务对象"), one_of(Audience, empty="both")),
        Column("statutory_days", gettext_lazy("法定办结时限"), whole),
        Column("promised_days", gettext_lazy("承诺办结时限"), whole),
        Column("commitment", gettext_lazy("办件类型"), one_of(Commitment, empty="")),
        Column("visits", gettext_lazy("到办事现场次数"), lambda v: whole(v) or 0),
        Column(
            "online_depth", gettext_lazy("网上办理深度"), one_of(OnlineDepth, empty="", more=DEPTHS)
        ),
        Column("bookable", gettext_lazy("可预约"), yes),
        Column("in_hall", gettext_lazy("进驻大厅"), yes),
        Column("fee_yuan", gettext_lazy("收费（元）"), lambda v: whole(v) or 0),
        Column("result", gettext_lazy("办理结果"), text(60)),
        Column("on_kiosk", gettext_lazy("自助机可办"), yes),
        Column("cross_city", gettext_lazy("跨城通办"), yes),
    ),
)
MATERIALS = Sheet(
    "materials",
    gettext_lazy("申请材料"),
    (
        Column("implementation_code", gettext_lazy("实施编码"), text(31), required=True),
        Column("name", gettext_lazy("材料名称"), text(120), required=True),
        Column("kind", gettext_lazy("材料类型"), one_of(MaterialKind, empty="document")),
        Column("form", gettext_lazy("材料形式"), one_of(MaterialForm, empty="copy")),
        Column("required", gettext_lazy("必要"), yes),
        Column("shortage_tolerant", gettext_lazy("容缺"), yes),
        Column("e_certificate", gettext_lazy("电子证照名称"), text(60)),
        Column("source", gettext_lazy("来源渠道"), one_of(Source, empty="applicant")),
    ),
)
SITUATIONS = Sheet(
    "situations",
    gettext_lazy("办理情形"),
    (
        Column("implementation_code", gettext_lazy("实施编码"), text(31), required=True),
        Column("question", gettext_lazy("情形问题"), text(120), required=True),
        Column("option", gettext_lazy("选项"), text(60), required=True),
        Column("adds_material", gettext_lazy("要加的材料"), text(120)),
    ),
)
SHEETS = {sheet.key: sheet for sheet in (ITEMS, MATERIALS, SITUATIONS)}


def cells(item: ServiceItem) -> list[Any]:
    """A row of the sheet of items."""
    return [_shown(item, column.name) for column in ITEMS.columns]


def _shown(item: ServiceItem, name: str) -> Any:
    if name == "unit_code":
        return item.unit.code
    value = getattr(item, name)
    words = getattr(item, f"get_{name}_display", None)
    if words and value:
        return in_chinese(words())
    if isinstance(value, bool):
        return "1" if value else "0"
    return "" if value is None else str(value)
