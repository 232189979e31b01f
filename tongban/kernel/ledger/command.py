"""`tongban ledger verify|prove`."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from .models import Event
from .proof import NotLogged, prove
from .verify import Damage, verify


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True)
    check = actions.add_parser("verify", help="read the whole ledger again; exit 1 on damage")
    check.add_argument("--witness", type=Path, help="a file of checkpoints kept elsewhere")
    check.add_argument("--json", action="store_true")
    check.set_defaults(act=verify_command)
    proof = actions.add_parser("prove", help="write a proof that OpenSSL alone can check")
    proof.add_argument("event", help="NUMBER/SEQ")
    proof.add_argument("--out", type=Path, required=True)
    proof.set_defaults(act=prove_command)


def run(chosen: argparse.Namespace) -> int:
    return int(chosen.act(chosen))


def verify_command(chosen: argparse.Namespace) -> int:
    try:
        verdict = verify(_progress, chosen.witness)
    except Damage as damage:
        print(f"账本校验失败：{damage}", file=sys.stderr)
        return 1
    found = asdict(verdict)
    print(json.dumps(found) if chosen.json else _words(found))
    return 0


def prove_command(chosen: argparse.Namespace) -> int:
    number, _, seq = chosen.event.rpartition("/")
    event = (
        Event.objects.select_related("matter")
        .filter(matter__number=number, seq=int(seq) if seq.isdigit() else 0)
        .first()
    )
    if event is None:
        print(f"tongban: 没有事件 {chosen.event}，应写作 办件编号/序号", file=sys.stderr)
        return 1
    try:
        checkpoint = prove(event, chosen.out)
    except NotLogged as error:
        print(f"tongban: {error}", file=sys.stderr)
        return 1
    print(f"{chosen.out}/check.sh ({checkpoint.size})")
    return 0


def _progress(part: str, done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{part}: {done}/{total}", end="\n" if done >= total else "", file=sys.stderr)


def _words(found: dict[str, int]) -> str:
    return "账本完好：" + ", ".join(f"{name} {count}" for name, count in found.items())
