"""The elements of an implementation list that the reference rows leave out, by plain rules.

Demonstration data: believable, the same every time, and about no real person or telephone.
"""

from typing import Any

from tongban.services.catalogue.elements import (
    Audience,
    ItemKind,
    LifeEvent,
    Nature,
    OnlineDepth,
    ResultKind,
)
from tongban.services.catalogue.models import MaterialForm, MaterialKind, Source

KINDS = {str(label): value for value, label in ItemKind.choices}
LAWS = {  # unit → law and article that most of its items rest on
    "GA": ("中华人民共和国治安管理处罚法", "第三条"),
    "MZ": ("社会救助暂行办法", "第四条"),
    "RS": ("中华人民共和国劳动法", "第九条"),
    "YB": ("医疗保障基金使用监督管理条例", "第六条"),
    "SC": ("中华人民共和国食品安全法", "第三十五条"),
    "SW": ("中华人民共和国税收征收管理法", "第五条"),
    "ZJ": ("中华人民共和国建筑法", "第七条"),
    "ZR": ("中华人民共和国土地管理法", "第十二条"),
    "ST": ("中华人民共和国环境保护法", "第十条"),
    "JT": ("中华人民共和国道路运输条例", "第七条"),
    "NY": ("中华人民共和国农业法", "第九条"),
    "WJ": ("医疗机构管理条例", "第九条"),
    "JY": ("中华人民共和国民办教育促进法", "第十二条"),
    "WG": ("公共文化体育设施条例", "第七条"),
    "YJ": ("中华人民共和国安全生产法", "第六十条"),
    "CG": ("城市市容和环境卫生管理条例", "第四条"),
    "FG": ("企业投资项目核准和备案管理条例", "第三条"),
    "KJ": ("中华人民共和国科学技术进步法", "第十一条"),
    "CZ": ("中华人民共和国会计法", "第七条"),
    "TY": ("中华人民共和国退役军人保障法", "第七条"),
    "CL": ("中华人民共和国残疾人保障法", "第八条"),
    "ZS": ("优化营商环境条例", "第三十五条"),
}
EVENTS = (  # words in the name → life event; the first that fits
    (("出生", "收养", "生育", "婴", "产前"), LifeEvent.BIRTH),
    (("护照", "通行证", "签注"), LifeEvent.TRAVEL),
    (("户口", "身份证", "居住证", "犬类"), LifeEvent.RESIDENCE),
    (("结婚", "离婚", "婚姻"), LifeEvent.MARRIAGE),
    (("机动车", "道路", "出租汽车", "驾驶", "运输", "公路", "港口", "水路"), LifeEvent.VEHICLE),
    (("低保", "最低生活", "救助", "残疾", "孤儿", "特困", "津贴", "养老机构"), LifeEvent.HELP),
    (("公墓", "死亡", "殡葬", "遗属"), LifeEvent.FAREWELL),
    (("退休", "养老保险待遇", "退役"), LifeEvent.RETIREMENT),
    (
        ("社会保险", "社会保障卡", "医保", "医疗保险", "失业", "工伤", "异地就医"),
        LifeEvent.INSURANCE,
    ),
    (("就业", "创业", "职业", "劳动", "人力资源", "稳岗", "职称"), LifeEvent.WORK),
    (("学校", "教师", "入学", "幼儿", "学生", "学历", "培训机构", "转学"), LifeEvent.SCHOOL),
    (("不动产", "住房", "房屋", "商品房", "物业", "宅基地", "租赁"), LifeEvent.HOUSE),
    (("医疗机构", "医师", "护士", "卫生", "放射", "诊疗"), LifeEvent.HEALTH),
    (("登记注册", "企业登记", "名称", "迁移", "歇业", "营业执照", "电子印章"), LifeEvent.OPENING),
    (("税", "发票", "会计", "财政"), LifeEvent.TAX),
    (("施工", "建设", "项目", "规划", "消防", "用地", "招标"), LifeEvent.PROJECT),
    (("渔", "农", "兽", "种子", "动物", "水域", "林", "生猪", "取水", "拖拉机"), LifeEvent.FARMING),
    (("排污", "环境", "辐射", "废物", "安全", "危险", "烟花", "爆炸"), LifeEvent.SAFETY),
    (("旅", "文物", "演出", "体育", "娱乐", "出版", "印刷", "电影", "游泳"), LifeEvent.CULTURE),
)
RESULTS = {
    ItemKind.LICENCE: ResultKind.CERTIFICATE,
    ItemKind.CONFIRMATION: ResultKind.CERTIFICATE,
}
PENALISING = frozenset({ItemKind.PENALTY, ItemKind.COERCION, ItemKind.INSPECTION})
FIRST_NUMBER = 2900100


def elements_of(row: dict[str, str]) -> dict[str, Any]:
    """All elements for a row in the columns of items.csv."""
    kind, name, unit = ItemKind(KINDS[row["kind"]]), row["name"], row["unit_code"]
    law, article = LAWS[unit]
    place = sorted(LAWS).index(unit)
    by_application = row["by_application"] == "1"
    fee = _number(row["fee_yuan"]) or 0
    return {
        "name": name,
        "kind": kind.value,
        "by_application": by_application,
        "nature": Nature.ENTRUSTED.value if unit == "CL" else Nature.STATUTORY.value,
        "legal_basis": [{"law": law, "article": article, "text": _text(kind, name)}],
        "audience": row["audience"] or Audience.BOTH.value,
        "life_event": life_event(name, row["audience"]) if by_application else "",
        "conditions": _conditions(kind, row) if by_application else "",
        "statutory_days": _number(row["statutory_days"]),
        "promised_days": _number(row["promised_days"]),
        "day_unit": "working",
        "commitment": row["commitment"],
        "visits": _number(row["visits"]) or 0,
        "online_depth": row["online_depth"],
        "bookable": row["bookable"] == "1",
        "in_hall": row["in_hall"] == "1",
        "place": _place(row, place),
        "fee_yuan": fee,
        "fee_basis": "粤发改价格函〔2021〕1号 行政事业性收费目录" if fee else "",
        "result": row["result"],
        "result_kind": (RESULTS.get(kind, ResultKind.REPLY).value if by_application else ""),
        "delivery": "窗口领取、邮寄、网上下载" if by_application else "",
        "special_procedures": _special(kind, name),
        "intermediaries": "",
        "steps": _steps(row) if by_application else [],
        "telephone": f"0759-{FIRST_NUMBER + place * 10 + 1}",
        "complaint_telephone": "0759-12345",
        "district_wide": row["on_kiosk"] == "1" or row["online_depth"] == OnlineDepth.FOUR,
        "cross_city": row["cross_city"] == "1",
        "cross_province": row["cross_city"] == "1" and kind == ItemKind.PUBLIC_SERVICE,
        "on_kiosk": row["on_kiosk"] == "1",
        "faq": [],
    }


def material_of(row: dict[str, str]) -> dict[str, Any]:
    """The values of a material for a row in the columns of materials.csv."""
    return {
        "name": row["name"],
        "kind": row["kind"] or MaterialKind.DOCUMENT.value,
        "form": row["form"] or MaterialForm.COPY.value,
        "copies": 0 if row["form"] == "e_certificate" else 1,
        "required": row["required"] == "1",
        "shortage_tolerant": row["shortage_tolerant"] == "1",
        "e_certificate": row["e_certificate"],
        "source": row["source"] or Source.APPLICANT.value,
        "sample_id": None,
        "blank_form_id": None,
    }


def life_event(name: str, audience: str) -> str:
    fits = (event for words, event in EVENTS if any(word in name for word in words))
    other = LifeEvent.PERMIT if audience != Audience.NATURAL else LifeEvent.RESIDENCE
    return str(next(fits, other).value)


def _text(kind: ItemKind, name: str) -> str:
    if kind in PENALISING:
        return "县级以上人民政府有关主管部门依照法定职权实施。"
    return f"县级以上人民政府有关主管部门负责办理“{name.partition('-')[0]}”。"


def _conditions(kind: ItemKind, row: dict[str, str]) -> str:
    who = {"natural": "年满十六周岁或由监护人代办的个人", "legal": "依法登记的企业和组织"}
    first = who.get(row["audience"], "个人、依法登记的企业和组织")
    second = "符合法律、法规规定的条件" if kind == ItemKind.LICENCE else "材料真实、齐全"
    return f"1. {first};\n2. 在本区范围内申请；\n3. {second}。"


def _special(kind: ItemKind, name: str) -> list[dict[str, Any]]:
    if kind != ItemKind.LICENCE:
        return []
    if any(word in name for word in ("环境影响", "危险化学品", "医疗机构执业", "消防")):
        return [{"name": "专家评审", "days": 20, "law": "行政许可法 第四十五条"}]
    if any(word in name for word in ("食品生产", "药品零售", "特种设备")):
        return [{"name": "检验检测", "days": 15, "law": "行政许可法 第四十五条"}]
    return []


def _steps(row: dict[str, str]) -> list[dict[str, Any]]:
    """The road inside the unit: instant items are decided where they are received."""
    days = _number(row["promised_days"]) or 0
    if row["commitment"] == "instant":
        return [_step("受理", "clerk", 0, []), _step("办结送达", "clerk", days, ["受理"])]
    return [
        _step("受理", "clerk", 0, []),
        _step("审查", "approver", max(days - 1, 0), ["受理"]),
        _step("决定", "approver", min(days, 1), ["审查"]),
        _step("办结送达", "clerk", 0, ["决定"]),
    ]


def _step(name: str, post: str, days: int, after: list[str]) -> dict[str, Any]:
    return {"name": name, "post": post, "days": days, "after": after}


def _place(row: dict[str, str], place: int) -> str:
    if row["in_hall"] == "1":
        return f"区行政服务大厅 {place * 2 + 1}–{place * 2 + 2} 号窗口"
    return "本单位办公地点"


def _number(text: str) -> int | None:
    return int(text) if text else None
