"""`tongban procedures`: every kind of matter as a table and a diagram; moving versions."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from ..procedures.procedure import Procedure, procedure, procedures
from ..procedures.versions import move, stuck
from .flowchart import draw


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--svg", type=Path, help="folder for one diagram a procedure")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--move", metavar="KIND", help="move open matters to another version")
    parser.add_argument("--to", type=int, metavar="VERSION")
    parser.add_argument("--do", action="store_true", help="really move; without it, a dry run")


def run(chosen: argparse.Namespace) -> int:
    if chosen.move:
        return _move(chosen)
    if chosen.json:
        print(json.dumps([described(kind) for kind in procedures()], ensure_ascii=False))
    else:
        print("\n\n".join(table(kind) for kind in procedures()))
    if chosen.svg:
        chosen.svg.mkdir(parents=True, exist_ok=True)
        for kind in procedures():
            (chosen.svg / f"{kind.code}.svg").write_text(
                draw(kind, "", {}, whole=True), encoding="utf-8"
            )
    return 0


def described(kind: type[Procedure]) -> dict[str, Any]:
    return {
        "code": kind.code,
        "title": str(kind.title),
        "version": kind.version,
        "states": [
            {"name": s.name, "title": str(s.title), "final": s.final} for s in kind.states.values()
        ],
        "steps": [
            {
                "name": s.name,
                "title": str(s.title),
                "from": [source.name for source in s.path.sources],
                "to": s.path.to.name if s.path.to else None,
                "who": s.who(),
                "clock": type(s.clock).__name__ if s.clock else None,
                "law": s.law,
            }
            for s in kind.steps.values()
        ],
    }


def table(kind: type[Procedure]) -> str:
    """Markdown: one line a step."""
    lines = [
        f"## {kind.title} `{kind.code}` v{kind.version}",
        "",
        "| 环节 | 从 | 到 | 谁 | 时钟 | 文书 | 依据 |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for step in kind.steps.values():
        sources = "、".join(str(s.title) or "（新）" for s in step.path.sources)
        if len(step.path.sources) == len(kind.states) and not step.is_opening:
            sources = "任何状态"
        to = str(step.path.to.title) if step.path.to else "不变"
        clock = type(step.clock).__name__.lower() if step.clock else ""
        paper = str(step.document.title) if step.document else ""
        lines.append(
            f"| {step.title} `{step.name}` | {sources} | {to} | {step.who()} "
            f"| {clock} | {paper} | {step.law} |"
        )
    return "\n".join(lines)


def _move(chosen: argparse.Namespace) -> int:
    wanted = chosen.to or procedure(chosen.move).version
    found = stuck(chosen.move, wanted)
    for state, count in found.items():
        print(f"第 {wanted} 版没有状态 {state}: {count} 件不能转", file=sys.stderr)
    if found or not chosen.do:
        print(f"{'不能转' if found else '可以转(加 --do 执行)'}")
        return 1 if found else 0
    print(f"已转 {move(chosen.move, wanted)} 件")
    return 0
