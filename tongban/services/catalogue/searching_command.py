"""`tongban search QUERY`: what a person who types this would be shown."""

import argparse
import json

from .searching import search


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("query")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--limit", type=int, default=10, help="at most so many (1-100)")


def run(chosen: argparse.Namespace) -> int:
    hits = search(chosen.query, most=min(max(chosen.limit, 1), 100))
    found = [
        {
            "kind": hit.document.kind,
            "code": hit.document.code,
            "name": hit.document.name,
            "unit": hit.document.unit,
            "score": round(hit.score, 3),
        }
        for hit in hits
    ]
    if chosen.json:
        print(json.dumps(found, ensure_ascii=False))
        return 0
    for row in found:
        print(f"{row['score']:>8}  {row['code']:<31}  {row['name']}  {row['unit']}")
    if not found:
        print("没有找到，换个说法试试")
    return 0
