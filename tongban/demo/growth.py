"""The reference grown to the size of a district: 4,862 items of 22 units.

Rows in the columns of the reference files, the same every time. Figures are not written down
anywhere: they follow from what these rows say.
"""

from collections import Counter
from collections.abc import Iterator

Row = dict[str, str]
SIZE, HALL = 4862, 810
LICENCES, CONFIRMING, PUBLIC = 429, 121, 403  # licences in all; others by application to add
LEFT_OFFLINE = 5  # confirmations for which people must still appear
ACTIONS = ("变更", "延续", "补证", "注销", "换发", "校验", "停业备案")
SERVICES = (
    *("信息查询", "证明开具", "政策咨询预约", "业务进度查询", "办事材料预审", "服务评价反馈"),
    *("档案查阅", "信息变更", "补贴进度查询", "培训报名", "公益讲座报名", "志愿服务登记"),
    *(
        "专家咨询预约",
        "便民上门服务预约",
        "宣传资料领取",
        "名录查询",
        "公示信息查询",
        "投诉建议受理",
    ),
    *("电子证照打印", "业务回执补打"),
)
CONFIRMS = ("资格复核", "年度核验", "信息确认", "等级评定", "备案变更", "登记更正")
PENALTIES = (
    *("未取得许可擅自从事活动", "超出许可范围从事活动", "伪造、变造、出租、出借许可证件"),
    *("提供虚假材料骗取许可", "未按规定建立管理台账", "未按规定报送信息", "拒绝、阻挠监督检查"),
    *(
        "未按规定公示有关信息",
        "未按规定开展从业人员培训",
        "未落实安全管理制度",
        "逾期不改正违法行为",
    ),
    *("未按规定保存记录", "未经验收擅自投入使用", "未按规定办理变更手续", "使用不合格产品或者材料"),
    *("未履行如实告知义务", "未按规定缴纳有关费用", "转让许可或者登记"),
)
INSPECTIONS = ("日常监督检查", "双随机抽查", "专项监督检查")
COERCIONS = ("查封场所设施", "扣押财物", "责令停止违法行为", "加处罚款", "代履行")
STATUTORY = ("20", "30", "20", "15", "20", "60", "20", "30", "45", "20")


def items(reference: list[Row], subjects: list[Row]) -> list[Row]:
    """The rows to add to the reference; subjects: whom each unit serves and supervises."""
    return _Grower(reference, subjects).grown()


class _Grower:
    def __init__(self, reference: list[Row], subjects: list[Row]):
        self.subjects: dict[str, list[str]] = {}
        for row in subjects:
            self.subjects.setdefault(row["unit_code"], []).append(row["subject"])
        self.reference = reference
        self.codes = {row["basic_code"] for row in reference}
        self.names = {(row["unit_code"], row["name"]) for row in reference}
        self.unit_codes = {row["unit_code"]: row["implementation_code"][:19] for row in reference}
        self.group = {row["unit_code"]: row["basic_code"][4:6] for row in reference}
        self.made: list[Row] = []
        self.last: Counter[str] = Counter()
        self.offline = 0

    def grown(self) -> list[Row]:
        known = sum(row["kind"] == "行政许可" for row in self.reference)
        self._take(LICENCES - known, self._licences())
        self._take(CONFIRMING, self._confirmations())
        self._take(PUBLIC, self._services())
        left = SIZE - len(self.reference) - len(self.made)
        inspections, coercions = left // 12, left // 24
        self._take(inspections, self._ex_officio("行政检查", "06", "对{}的{}", INSPECTIONS))
        self._take(coercions, self._ex_officio("行政强制", "03", "对{}{}", COERCIONS))
        self._take(
            left - inspections - coercions,
            self._ex_officio("行政处罚", "02", "对{}{}的处罚", PENALTIES),
        )
        self._hall()
        return self.made

    def _take(self, count: int, source: Iterator[Row]) -> None:
        for _ in range(count):
            self.made.append(next(source))

    def _licences(self) -> Iterator[Row]:
        """Actions that the reference leaves out of a licence with several."""
        for action in ACTIONS:
            for row in self.reference:
                main, dash, _ = row["name"].partition("-")
                name = f"{main}-{action}"
                if (
                    row["kind"] != "行政许可"
                    or not dash
                    or not self._is_new(row["unit_code"], name)
                ):
                    continue
                yield self._row(row["unit_code"], name, "行政许可", like=row)

    def _confirmations(self) -> Iterator[Row]:
        for action in CONFIRMS:
            for row in self.reference:
                name = f"{row['name'].partition('-')[0]}-{action}"
                if row["kind"] != "行政确认" or not self._is_new(row["unit_code"], name):
                    continue
                made = self._row(row["unit_code"], name, "行政确认", like=row)
                if self.offline < LEFT_OFFLINE:
                    made |= {"online_depth": "Ⅰ", "visits": "1"}
                    self.offline += 1
                yield made

    def _services(self) -> Iterator[Row]:
        for service in SERVICES:
            for unit, subjects in self.subjects.items():
                subject = subjects[0]
                if self._is_new(unit, f"{subject}{service}"):
                    yield self._row(unit, f"{subject}{service}", "公共服务")

    def _ex_officio(self, kind: str, code: str, words: str, what: tuple[str, ...]) -> Iterator[Row]:
        for action in what:
            for unit, subjects in self.subjects.items():
                for subject in subjects:
                    name = words.format(subject, action)
                    if self._is_new(unit, name):
                        yield self._row(unit, name, kind, code=code)

    def _is_new(self, unit: str, name: str) -> bool:
        key = (unit, name)
        if key in self.names:
            return False
        self.names.add(key)
        return True

    def _row(self, unit: str, name: str, kind: str, like: Row | None = None, code: str = "") -> Row:
        codes = {"行政许可": "01", "行政确认": "07", "公共服务": "20"}
        basic = self._basic(code or codes[kind], self.group[unit])
        applied = not code
        statutory = ""
        if applied and kind != "公共服务":
            statutory = (like or {}).get("statutory_days") or STATUTORY[len(self.made) % 10]
        instant = applied and (kind == "公共服务" or statutory in ("3", "5"))
        half = str(max(int(statutory) // 3, 1)) if statutory else "1"
        return {
            "basic_code": basic,
            "implementation_code": self.unit_codes[unit] + basic,
            "name": name,
            "kind": kind,
            "by_application": "1" if applied else "0",
            "unit_code": unit,
            "audience": (like or {}).get("audience") or ("both" if applied else "legal"),
            "statutory_days": statutory,
            "promised_days": ("1" if instant else half) if applied else "",
            "commitment": ("instant" if instant else "promise") if applied else "",
            "visits": "0",
            "online_depth": "Ⅳ" if applied else "",
            "bookable": "1" if applied else "0",
            "in_hall": "0",
            "fee_yuan": "0",
            "result": ((like or {}).get("result") or "办理结果") if applied else "",
            "on_kiosk": "0",
            "cross_city": "0",
        }

    def _basic(self, kind: str, group: str) -> str:
        while True:
            self.last[kind + group] += 1
            code = f"44{kind}{group}{700 + self.last[kind + group] // 100:03d}"
            code += f"{self.last[kind + group] % 100:03d}"
            if code not in self.codes:
                self.codes.add(code)
                return code

    def _hall(self) -> None:
        """Licences first, then what people come for most, until the hall has its items."""
        room = HALL - sum(row["in_hall"] == "1" for row in self.reference)
        for row in [r for r in self.made if r["by_application"] == "1" and r["unit_code"] != "JY"]:
            if room:
                row["in_hall"], room = "1", room - 1


def materials(rows: list[Row]) -> Iterator[Row]:
    """What the added items by application ask for."""
    for row in rows:
        if row["by_application"] != "1":
            continue
        yield _material(row, "申请表", "form", "original", "", "applicant")
        if row["audience"] == "natural":
            yield _material(row, "居民身份证", "certificate", "e_certificate", "居民身份证", SHARED)
        else:
            yield _material(row, "营业执照", "certificate", "e_certificate", "营业执照", SHARED)
        if row["name"].endswith(("-变更", "-延续", "-换发", "-校验")):
            yield _material(row, "原许可证件", "certificate", "e_certificate", "许可证", SHARED)
        if row["name"].endswith("-变更"):
            yield _material(row, "变更事项证明材料", "document", "copy", "", "applicant")


SHARED = "data_sharing"


def _material(row: Row, name: str, kind: str, form: str, certificate: str, source: str) -> Row:
    return {
        "implementation_code": row["implementation_code"],
        "name": name,
        "kind": kind,
        "form": form,
        "required": "1",
        "shortage_tolerant": "0",
        "e_certificate": certificate,
        "source": source,
    }
