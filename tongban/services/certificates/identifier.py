"""Identifiers of electronic certificates, after GB/T 36904—2018 电子证照 标识规范.

Six parts with points between: root, code of the type, credit code of who issues, serial, version,
check character (GB/T 17710, ISO 7064 MOD 37,36 over parts two to five without the points).
"""

from dataclasses import dataclass

from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_37_36

ROOT = "1.2.156.3005.2"
TYPE, ISSUER, VERSION = 21, 18, 3  # characters


class BadIdentifier(ValueError):
    """The text says which part is wrong."""


@dataclass(frozen=True)
class Identifier:
    type_code: str
    issuer: str
    serial: str
    version: int = 1

    def __str__(self) -> str:
        parts = (self.type_code, self.issuer, self.serial, f"{self.version:0{VERSION}d}")
        return ".".join((ROOT, *parts, mod_37_36.calc_check_digit("".join(parts))))


def parse(text: str) -> Identifier:
    """Raises BadIdentifier."""
    parts = text.removeprefix(f"{ROOT}.").split(".")
    if not text.startswith(f"{ROOT}.") or len(parts) != 5:
        raise BadIdentifier("电子证照标识应由 6 段组成，以 1.2.156.3005.2 开头")
    type_code, issuer, serial, version, _check = parts
    if (len(type_code), len(issuer), len(version)) != (TYPE, ISSUER, VERSION):
        raise BadIdentifier("证照类型代码应为 21 位，颁发机构代码 18 位，版本号 3 位")
    try:
        mod_37_36.validate("".join(parts))
    except ValidationError as error:
        raise BadIdentifier("校验位不对，请核对有没有抄错") from error
    if not version.isdigit():
        raise BadIdentifier("版本号应为 3 位数字")
    return Identifier(type_code, issuer, serial, int(version))
