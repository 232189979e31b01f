"""Proving who one is: staff by password and one-time code, applicants by phone code.

Failures are counted by django-axes for both ways, so that guessing locks the account out.
"""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pyotp
from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from stdnum.cn import ric
from stdnum.exceptions import ValidationError as NumberError

from ..carriers import sms_carrier
from ..trust import vault
from ..trust.keys import key_bytes
from ..trust.sm3 import keyed
from .models import Account, Applicant, PhoneCode, PopulationRecord

CODE_LASTS = timedelta(minutes=5)
CODE_PAUSE = timedelta(seconds=60)
CODES_AN_HOUR = 6
MOST_ATTEMPTS = 5


Register = Callable[[str, str], bool]


class Refused(Exception):
    """Why it did not work, with the cure; shown at the form."""


class StaffBackend(ModelBackend):
    """Password and a TOTP code (RFC 6238) that was not used before."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        totp: str | None = None,
        **_more: Any,
    ) -> Account | None:
        if not username or password is None or totp is None:
            return None
        account = Account.objects.filter(username=username, applicant__isnull=True).first()
        if account is None:
            Account().set_password(password)  # as slow as a real check: names cannot be probed
            return None
        if not account.check_password(password) or not account.is_active:
            return None
        return account if use_totp(account, totp) else None


class PhoneBackend(ModelBackend):
    """A code sent to the phone; the first sign-in makes the applicant (level 1)."""

    def authenticate(  # type: ignore[override]
        self,
        request: HttpRequest | None,
        username: str | None = None,
        phone: str | None = None,
        code: str | None = None,
        **_more: Any,
    ) -> Account | None:
        if phone is None or code is None or not use_code(phone, code, timezone.now()):
            return None
        return account_of_phone(phone)


def use_totp(account: Account, code: str) -> bool:
    """Accept a code once: of two who type the same code, one is refused."""
    if not account.totp_sealed:
        return False
    totp = pyotp.TOTP(vault.decrypt(account.totp_sealed))
    now = timezone.now()
    step = next((n for n in (0, -1, 1) if totp.at(now, counter_offset=n) == code), None)
    if step is None:
        return False
    used = int(now.timestamp()) // totp.interval + step
    fresh = Account.objects.filter(pk=account.pk, totp_used__lt=used).update(totp_used=used)
    return fresh == 1


def send_code(phone: str, now: datetime) -> None:
    """Send a one-time code. Raises Refused when codes are asked for too often."""
    index = vault.index("phone", phone)
    recent = PhoneCode.objects.filter(phone_index=index)
    if recent.filter(expires_at__gt=now + CODE_LASTS - CODE_PAUSE).exists():
        raise Refused(_("验证码刚刚发送过，请等 1 分钟后再获取"))
    if recent.filter(expires_at__gt=now - timedelta(hours=1)).count() >= CODES_AN_HOUR:
        raise Refused(_("获取验证码过于频繁，请 1 小时后再试"))
    code = f"{secrets.randbelow(10**6):06d}"
    PhoneCode.objects.create(
        phone_index=index, digest=_digest(index, code), expires_at=now + CODE_LASTS
    )
    sms_carrier()(phone, _("您的通办验证码是 %s，5 分钟内有效，请勿告诉他人") % code)


def use_code(phone: str, code: str, now: datetime) -> bool:
    """Spend the newest code of a phone; five wrong attempts spend it too."""
    index = vault.index("phone", phone)
    with transaction.atomic():
        codes = PhoneCode.objects.select_for_update(no_key=True).filter(
            phone_index=index, used_at=None, expires_at__gt=now, attempts__lt=MOST_ATTEMPTS
        )
        newest = codes.order_by("-id").first()
        if newest is None:
            return False
        if not secrets.compare_digest(bytes(newest.digest), _digest(index, code)):
            codes.filter(pk=newest.pk).update(attempts=F("attempts") + 1)
            return False
        newest.used_at = now
        newest.save(update_fields=["used_at"])
    return True


def account_of(applicant: Applicant) -> Account:
    """Under which an applicant signs in; made when it is the first time."""
    found = Account.objects.filter(applicant=applicant).first()
    return found or Account.objects.create_user_named(f"p-{applicant.code}", applicant=applicant)


def account_of_phone(phone: str) -> Account:
    index = vault.index("phone", phone)
    account = Account.objects.filter(applicant__phone_index=index).first()
    if account:
        return account
    with transaction.atomic():
        applicant = Applicant(kind=Applicant.Kind.NATURAL)
        applicant.set_phone(phone)
        applicant.save()
        return account_of(applicant)


def check_identity(applicant: Applicant, name: str, id_number: str) -> None:
    """Raise the real-name level to L2. Raises Refused naming what is wrong and the cure."""
    number = id_number.strip().upper()
    fault = fault_of_id(number)
    if fault:
        raise Refused(fault)
    known: Register = import_string(settings.POPULATION_REGISTER)
    if not known(name.strip(), number):
        raise Refused(_("姓名与身份证号不一致，请核对后重新填写；如确认无误，请持身份证到大厅核验"))
    index = vault.index("id", number)
    other = Applicant.objects.filter(id_index=index).exclude(pk=applicant.pk).first()
    if other:
        raise Refused(
            _("该身份证号已绑定手机 %s，请用该手机登录，或到大厅更换手机") % other.phone_masked
        )
    applicant.set_name(name.strip())
    applicant.set_id(number)
    applicant.identity_level = max(applicant.identity_level, 2)
    applicant.save()


def fault_of_id(number: str) -> str:
    """What is wrong with an ID number by its form (GB 11643); empty when nothing is."""
    if len(number) != 18:
        return _("身份证号应为 18 位，现为 %d 位，请检查是否漏填") % len(number)
    try:
        ric.validate(number)
    except NumberError:
        return _("身份证号的出生日期或末位校验码不对，请对照证件重新填写")
    return ""


def in_population_register(name: str, id_number: str) -> bool:
    """The demonstration's adapter asks its own table; a district names its own in
    TONGBAN_POPULATION_REGISTER: (name, ID number) → whether they belong together."""
    return PopulationRecord.objects.filter(
        id_index=vault.index("id", id_number), name_index=vault.index("name", name)
    ).exists()


def _digest(index: bytes, code: str) -> bytes:
    return keyed(key_bytes("index", 32), index + code.encode())
