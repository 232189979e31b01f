"""`tongban api-key add|list|end`: keys of other systems."""

import argparse
import sys

from django.utils import timezone

from .apikeys import end, in_force, new_key
from .models import Account


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True)
    add = actions.add_parser("add", help="make a key that acts as an account; shown once")
    add.add_argument("username")
    add.add_argument("--purpose", required=True)
    add.set_defaults(act=add_command)
    listing = actions.add_parser("list", help="keys in force")
    listing.set_defaults(act=list_command)
    end = actions.add_parser("end", help="withdraw a key")
    end.add_argument("id", type=int)
    end.set_defaults(act=end_command)


def run(chosen: argparse.Namespace) -> int:
    return int(chosen.act(chosen))


def add_command(chosen: argparse.Namespace) -> int:
    account = Account.objects.filter(username=chosen.username).first()
    if account is None:
        print(f"tongban: 没有账号 {chosen.username}", file=sys.stderr)
        return 1
    print(new_key(account, chosen.purpose, timezone.now()))
    return 0


def list_command(_chosen: argparse.Namespace) -> int:
    for key in in_force(timezone.now()).order_by("id"):
        print(f"{key.pk}\t{key.account.username}\t{key.purpose}\t{key.expires_at:%Y-%m-%d}")
    return 0


def end_command(chosen: argparse.Namespace) -> int:
    if not end(chosen.id, timezone.now()):
        print(f"tongban: 没有生效中的密钥 {chosen.id}", file=sys.stderr)
        return 1
    return 0
