"""The codes of service items, part by part (GB/T 39554.1—2020; GB 32100 for the unit)."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from stdnum.cn import uscc

from .elements import ItemKind

BASIC, IMPLEMENTATION = 12, 31
USCC = 18
KINDS = {
    "01": ItemKind.LICENCE,
    "02": ItemKind.PENALTY,
    "03": ItemKind.COERCION,
    "04": ItemKind.LEVY,
    "05": ItemKind.BENEFIT,
    "06": ItemKind.INSPECTION,
    "07": ItemKind.CONFIRMATION,
    "08": ItemKind.AWARD,
    "09": ItemKind.ADJUDICATION,
    "10": ItemKind.OTHER_POWER,
    "20": ItemKind.PUBLIC_SERVICE,
}
LEVELS = "123456"  # nation, province, city, county, town, village


class BadCode(ValueError):
    """A code that breaks the standard; the text says which part and how it should be."""


@dataclass(frozen=True)
class BasicCode:
    """12 characters: 2 region of the catalogue, 2 type, 5 main item, 3 sub-item (000 = none)."""

    text: str

    @property
    def kind(self) -> ItemKind:
        return KINDS[self.text[2:4]]


@dataclass(frozen=True)
class ImplementationCode:
    """31 characters: 18 credit code of the unit, 1 exercising level, 12 basic code."""

    text: str

    @property
    def uscc(self) -> str:
        return self.text[:USCC]

    @property
    def basic(self) -> BasicCode:
        return BasicCode(self.text[USCC + 1 : IMPLEMENTATION])


def basic_code(text: str) -> BasicCode:
    """Raises BadCode naming the part at fault."""
    _length(text, BASIC, _("基本编码"))
    if not text.isascii() or not text.isdigit():
        raise BadCode(_("基本编码“%s”只能是数字") % text)
    if text[2:4] not in KINDS:
        raise BadCode(
            _("基本编码第 3–4 位“%(part)s”不是事项类型，应为 %(known)s 之一")
            % {"part": text[2:4], "known": "、".join(KINDS)}
        )
    return BasicCode(text)


def implementation_code(text: str) -> ImplementationCode:
    """Raises BadCode naming the part at fault."""
    _length(text, IMPLEMENTATION, _("实施编码"))
    unit_code(text[:USCC])
    if text[USCC] not in LEVELS:
        raise BadCode(
            _("实施编码第 19 位（行使层级）“%s”应为 1 国家、2 省、3 市、4 县、5 乡镇、6 村")
            % text[USCC]
        )
    basic_code(text[USCC + 1 :])
    return ImplementationCode(text)


def unit_code(text: str) -> str:
    """A unified social credit code with its check character (GB 32100—2015). Raises BadCode."""
    _length(text, USCC, _("统一社会信用代码"))
    if not uscc.is_valid(text):
        try:
            right = uscc.calc_check_digit(text[:-1])
        except (ValueError, IndexError):
            raise BadCode(_("统一社会信用代码“%s”含有不允许的字符") % text) from None
        raise BadCode(
            _("统一社会信用代码“%(code)s”的校验码应为 %(right)s，请核对第 1–18 位")
            % {"code": text, "right": right}
        )
    return text


def _length(text: str, wanted: int, name: str) -> None:
    if len(text) != wanted:
        raise BadCode(
            _("%(name)s应为 %(wanted)d 位，现为 %(given)d 位")
            % {"name": name, "wanted": wanted, "given": len(text)}
        )
