"""`tongban account add|end`: staff accounts with a post, a password and a second factor."""

import argparse
import secrets
import sys
from datetime import timedelta

import pyotp
from django.db import transaction
from django.utils import timezone

from ..trust import vault
from ..units.models import Unit
from .models import Account, Assignment
from .roles import THREE_ADMINISTRATORS, Role

ISSUER = "Tongban"


class NotSeparated(ValueError):
    """三员分立 would be broken; the text says by which two roles."""


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True)
    add = actions.add_parser("add", help="an account, or one more post of an account")
    add.add_argument("username")
    add.add_argument("--name", default="")
    add.add_argument("--role", required=True, choices=Role.values)
    add.add_argument("--unit", required=True, help="code of the unit")
    add.set_defaults(act=add_command)
    end = actions.add_parser("end", help="end all posts and sign-ins of an account")
    end.add_argument("username")
    end.set_defaults(act=end_command)


def run(chosen: argparse.Namespace) -> int:
    return int(chosen.act(chosen))


def appoint(account: Account, unit: Unit, role: str) -> Assignment:
    """A post from today. Raises NotSeparated when it may not stand beside one held already."""
    held = {a.role for a in account.assignments.all() if a.holds_on(timezone.localdate())}
    together = {*held, role}
    if len(together) > 1 and together & THREE_ADMINISTRATORS:
        names = "、".join(str(Role(r).label) for r in sorted(together))
        raise NotSeparated(f"三员分立：同一人不能同时担任 {names}")
    return Assignment.objects.create(
        account=account, unit=unit, role=role, from_on=timezone.localdate()
    )


def add_command(chosen: argparse.Namespace) -> int:
    unit = Unit.objects.filter(code=chosen.unit).first()
    if unit is None:
        print(f"tongban: 没有单位 {chosen.unit}", file=sys.stderr)
        return 1
    try:
        with transaction.atomic():
            account = Account.objects.filter(username=chosen.username).first()
            fresh = _made(chosen) if account is None else None
            appoint(fresh[0] if fresh else account, unit, chosen.role)  # type: ignore[arg-type]
    except NotSeparated as error:
        print(f"tongban: {error}", file=sys.stderr)
        return 1
    if fresh:
        made, password, secret = fresh
        print(f"密码 {password}")
        print(pyotp.TOTP(secret).provisioning_uri(name=made.username, issuer_name=ISSUER))
    return 0


def _made(chosen: argparse.Namespace) -> tuple[Account, str, str]:
    password, secret = secrets.token_urlsafe(12), pyotp.random_base32()
    account = Account.objects.create_user_named(
        chosen.username,
        password,
        name=chosen.name or chosen.username,
        totp_sealed=vault.encrypt(secret),
    )
    return account, password, secret


def end_command(chosen: argparse.Namespace) -> int:
    account = Account.objects.filter(username=chosen.username).first()
    if account is None:
        print(f"tongban: 没有账号 {chosen.username}", file=sys.stderr)
        return 1
    yesterday = timezone.localdate() - timedelta(days=1)
    with transaction.atomic():
        account.is_active = False
        account.save(update_fields=["is_active"])
        live = account.assignments.filter(to_on=None, from_on__lte=yesterday)
        live.update(to_on=yesterday)
    return 0
