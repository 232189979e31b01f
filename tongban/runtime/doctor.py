"""`tongban doctor`: what this machine has, what it lacks, and how to mend it."""

import argparse
import json
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from .environment import check_database, database
from .folder import StartError


@dataclass(frozen=True)
class Finding:
    what: str
    good: bool
    seen: str
    cure: str = ""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--data", type=Path, default=None, help="data folder")


def run(chosen: argparse.Namespace) -> int:
    findings = list(examine(chosen.data))
    if chosen.json:
        print(json.dumps([asdict(f) for f in findings], ensure_ascii=False))
    else:
        for finding in findings:
            print(f"{'✓' if finding.good else '✗'} {finding.what}: {finding.seen}")
            if not finding.good:
                print(f"  → {finding.cure}")
    return 0 if all(f.good for f in findings) else 1


def examine(path: Path | None) -> Iterator[Finding]:
    seen = sys.version.split()[0]
    yield Finding("Python", sys.version_info >= (3, 11), seen, "安装 Python 3.11 以上版本")
    yield from _fonts()
    yield _browser()
    yield from _database(path)


def _fonts() -> Iterator[Finding]:
    import pylopdf_fonts_zh_cn

    folder = Path(pylopdf_fonts_zh_cn.__file__).parent
    fonts = sorted(folder.rglob("*.otf"))
    yield Finding("文书字体", bool(fonts), ", ".join(f.stem for f in fonts), "重新执行 make setup")


def _browser() -> Finding:
    found = next(
        (p for n in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(n))), ""
    )
    return Finding(
        "浏览器（仅测试需要）",
        True,
        Path(found).name if found else "无",
        "apt-get install chromium",
    )


def _database(path: Path | None) -> Iterator[Finding]:
    try:
        with database(path) as folder:
            free = shutil.disk_usage(folder.path).free // 2**20
            yield Finding("磁盘", free > 2048, f"剩余 {free} MB", "清理磁盘或更换数据目录")
            check_database()
            from django.db import connection

            with connection.cursor() as cursor:
                cursor.execute(
                    "select current_setting('server_version'), current_setting('fsync'),"
                    " current_setting('synchronous_commit'), extract(epoch from clock_timestamp())"
                )
                version, fsync, durable, now = cursor.fetchone()
            yield Finding("数据库", True, f"PostgreSQL {version}")
            yield Finding(
                "数据库落盘",
                fsync == "on" and durable != "off",
                f"fsync={fsync} synchronous_commit={durable}",
                "在数据库设置中打开 fsync 与 synchronous_commit",
            )
            drift = abs(time.time() - float(now))
            yield Finding("时钟", drift < 2, f"与数据库相差 {drift:.2f} 秒", "启用 NTP 校时")
            connection.close()
    except StartError as error:
        yield Finding("数据库", False, str(error), "按上一行的提示处理后重试")
