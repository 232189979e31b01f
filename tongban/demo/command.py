"""`tongban demo load|year|code|sms`: the reference district and how to sign in to it."""

import argparse
import sys
from pathlib import Path

import pyotp
from django.conf import settings
from django.utils import timezone

from tongban.kernel.people.actor import actor_of
from tongban.kernel.people.models import Account
from tongban.kernel.trust import vault

from . import enterprise, hall_life, kiosks, loading, people, year

LAST_MESSAGES = 5


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True)
    load = actions.add_parser("load", help="load the reference district into an empty installation")
    load.add_argument("--trouble", action="store_true", help="some cases come late, to look at")
    load.set_defaults(act=load_command)
    whole = actions.add_parser("year", help="50,000 cases of the last year, all in time")
    whole.add_argument("--cases", type=int, default=year.CASES)
    whole.set_defaults(act=year_command)
    code = actions.add_parser("code", help="the one-time code of a demonstration account now")
    code.add_argument("username")
    code.set_defaults(act=code_command)
    sms = actions.add_parser("sms", help="the last short messages sent by the file carrier")
    sms.set_defaults(act=sms_command)


def run(chosen: argparse.Namespace) -> int:
    return int(chosen.act(chosen))


def load_command(chosen: argparse.Namespace) -> int:
    if not loading.is_empty():
        print("tongban: 已有数据，演示数据只能装入空的系统；请换一个 TONGBAN_DATA", file=sys.stderr)
        return 1
    loading.load(timezone.now(), trouble=chosen.trouble)
    print("演示区已装入")
    return 0


def year_command(chosen: argparse.Namespace) -> int:
    """May be stopped and started again: what is there is left as it is."""
    account = Account.objects.filter(username="zhou").first()
    if account is None:
        print("tongban: 请先 tongban demo load", file=sys.stderr)
        return 1
    today = timezone.localdate()
    for done in year.load(today, actor_of(account, today), chosen.cases):
        if done % 100 == 0 or done == chosen.cases:
            print(f"\r{done} / {chosen.cases}", end="", file=sys.stderr, flush=True)
    print(f"\n一年的 {chosen.cases} 件已装入")
    if chosen.cases == year.CASES:
        for done in enterprise.load_year(today, people.Staff(today)):
            if done % 100 == 0:
                print(f"\r企业开办 {done}", end="", file=sys.stderr, flush=True)
        counted = sum(1 for _day in hall_life.load_year(today))
        print(f"\n一年的企业开办、刻章、走访和 {counted} 天的咨询计数已装入")
        print(f"自助机一年使用 {kiosks.load_year(today)} 次已装入")
    return 0


def code_command(chosen: argparse.Namespace) -> int:
    account = Account.objects.filter(username=chosen.username).first()
    if account is None or not account.totp_sealed or not loading.is_demo():
        print(f"tongban: 没有演示账号 {chosen.username}", file=sys.stderr)
        return 1
    print(pyotp.TOTP(vault.decrypt(account.totp_sealed)).now())
    return 0


def sms_command(_chosen: argparse.Namespace) -> int:
    path = Path(settings.DATA) / "outbox" / "sms.log"
    for line in (
        path.read_text(encoding="utf-8").splitlines()[-LAST_MESSAGES:] if path.exists() else []
    ):
        print(line)
    return 0
