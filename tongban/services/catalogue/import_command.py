"""`tongban import items|materials|situations FILE`: the same run as on the page, with progress."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from django.utils import timezone

from tongban.kernel.files.spreadsheets import Unreadable
from tongban.kernel.people.actor import actor_of
from tongban.kernel.people.models import Account
from tongban.kernel.procedures.refusals import Refusal

from . import importing

FAULTS_TOLD = 20


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", choices=list(importing.IMPORTERS))
    parser.add_argument("file", type=Path)
    parser.add_argument("--account", required=True, help="staff account that hands it in")
    parser.add_argument("--propose", action="store_true", help="draft the changes, not only check")
    parser.add_argument("--reason", default="批量导入")
    parser.add_argument("--legal-basis", default="政务服务事项清单管理")
    parser.add_argument("--errors", type=Path, help="where to write the marked workbook")


def run(chosen: argparse.Namespace) -> int:
    account = Account.objects.filter(username=chosen.account, applicant=None).first()
    if account is None:
        return _failed(f"没有工作人员账号 {chosen.account}")
    try:
        handed = importing.begin(chosen.kind, chosen.file.read_bytes(), chosen.file.name, account)
        found = importing.check(handed, _progress(handed.name))
        kind = importing.IMPORTERS[chosen.kind]
        counts = ",".join(f"{words} {found.counts[n]}" for n, words in kind.counted.items())
        print(f"{counts}，错误 {len(handed.faults)}")
        for row, column, text in handed.faults[:FAULTS_TOLD]:
            print(f"  第 {row} 行 {column}：{text}", file=sys.stderr)
        if found.faults and chosen.errors:
            chosen.errors.write_bytes(importing.error_workbook(handed))
        if found.faults:
            return 1
        if chosen.propose:
            today = timezone.localdate()
            why = {"reason": chosen.reason, "legal_basis": chosen.legal_basis}
            made = importing.propose(
                handed, {**why, "effective_on": today}, actor_of(account, today)
            )
            print(f"已起草 {len(made)} 个变更，请单位审核" if made else handed.get_phase_display())
    except OSError as error:
        return _failed(f"读不到文件：{error}")
    except (Unreadable, Refusal) as refused:
        return _failed(str(refused))
    return 0


def _progress(name: str) -> Callable[[int], None]:
    def told(done: int) -> None:
        print(f"\r{name} 已检查 {done} 行", end="", file=sys.stderr, flush=True)

    return told


def _failed(words: str) -> int:
    print(f"tongban: {words}", file=sys.stderr)
    return 1
