"""Somebody who stands at a counter or is on the telephone: found by their number, or made."""

import re

from stdnum.cn import uscc

from ..trust import vault
from .models import Applicant
from .signin import fault_of_id

LEVEL_WITH_PAPERS = 2
MOBILE = re.compile(r"1[3-9]\d{9}")


class NameDiffers(Exception):
    """The number is known under another name."""


def is_credit_code(number: str) -> bool:
    """Whether an applicant's number is that of a legal person (GB 32100)."""
    return bool(uscc.is_valid(number))


def fault_of_applicant(number: str) -> str:
    """What is wrong with the number of an applicant of either kind; empty when nothing is."""
    return "" if is_credit_code(number) else fault_of_id(number)


def person_of(number: str, name: str, phone: str) -> Applicant:
    """The applicant of a number; made when nobody has it yet. phone: kept for somebody new, when
    nobody has it. Raises NameDiffers: of a known number the name must fit, as on the papers."""
    found = Applicant.objects.filter(id_index=vault.index("id", number)).first()
    if found:
        if found.name != name:
            raise NameDiffers
        return found
    kind = Applicant.Kind.LEGAL if is_credit_code(number) else Applicant.Kind.NATURAL
    applicant = Applicant(kind=kind, identity_level=LEVEL_WITH_PAPERS)
    applicant.set_name(name)
    applicant.set_id(number)
    if phone and not Applicant.objects.filter(phone_index=vault.index("phone", phone)).exists():
        applicant.set_phone(phone)
    applicant.save()
    return applicant
