r"""Give Chinese text Chinese punctuation (GB/T 15834—2011 标点符号用法).

    python tools/punctuation.py          rewrite the sources and the catalogue of messages
    python tools/punctuation.py --check  name what would change; exits 1 when anything would

A mark beside a Chinese character becomes full-width, brackets as pairs. Comments, docstrings and
raw strings are left, and so is what is parted by commas: `yesno`, rows of a table.
"""

import ast
import io
import re
import sys
import tokenize
from collections.abc import Callable
from pathlib import Path

from babel.messages.pofile import read_po
from messages import PO, keep

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("tongban", "tests")
NARROW = ",:;?!()"
WIDE = dict(zip(NARROW, "\uff0c\uff1a\uff1b\uff1f\uff01\uff08\uff09", strict=True))
HAN = re.compile("[\u4e00-\u9fff]")
CHINESE = re.compile(
    "[\u4e00-\u9fff\u300a\u300b\u201c\u201d\u3014\u3015\u3001\u3002\u2026"
    + "".join(WIDE.values())
    + "]"
)
HELD = re.compile(r"%\(\w+\)[sd]|%[-0-9.]*[sdf]|\{\{.*?\}\}|\{[^{}]*\}|&[a-z]+;|#data\.\w+")
SPLIT = "yesno"  # Django splits its words at a comma
TAG = r"(\{%.*?%\}|\{#.*?#\}|\{\{[^}]*_\([^}]*\}\})"
QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")


def widened(text: str, *, calls: bool = False) -> str:
    """The same words with the marks that belong to Chinese. What is filled in later is held; with
    calls, brackets behind a name are code."""
    if not HAN.search(text):
        return text
    held: list[str] = []

    def hold(found: "re.Match[str]") -> str:
        held.append(found.group())
        return chr(0xE000 + len(held) - 1)

    marks = list(HELD.sub(hold, text))
    _brackets(marks, calls)
    for place, mark in enumerate(marks):
        if mark and mark in NARROW[:5] and _belongs(marks, place):
            marks[place] = WIDE[mark]
            if place + 2 < len(marks) and marks[place + 1] == " ":
                marks[place + 1] = ""
    out = "".join(marks)
    for number, words in enumerate(held):
        out = out.replace(chr(0xE000 + number), words)
    return out


def _brackets(marks: list[str], calls: bool) -> None:
    open_at: list[int] = []
    for place, mark in enumerate(marks):
        if mark == "(":
            open_at.append(place)
        elif mark == ")" and open_at:
            begin = open_at.pop()
            if calls and begin and marks[begin - 1].isascii() and marks[begin - 1].isalnum():
                continue
            inside = "".join(marks[begin + 1 : place])
            filled = _is_held(marks, begin - 1) and _is_chinese(marks, place + 1)
            if _is_chinese(marks, begin - 1) or HAN.search(inside) or filled:
                marks[begin], marks[place] = WIDE["("], WIDE[")"]


def _belongs(marks: list[str], place: int) -> bool:
    before, after = place - 1, place + 1
    if _is_chinese(marks, before) or _is_chinese(marks, after):
        return True
    ends = after == len(marks) and marks[place] == ":"
    return _is_held(marks, before) and (ends or _is_held(marks, after))


def _is_chinese(marks: list[str], place: int) -> bool:
    return 0 <= place < len(marks) and bool(CHINESE.match(marks[place]))


def _is_held(marks: list[str], place: int) -> bool:
    return 0 <= place < len(marks) and "\ue000" <= marks[place] <= "\uf8ff"


def python(source: str) -> str:
    told, lines = _docstrings(source), source.splitlines(keepends=True)
    strings = [
        token
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.STRING and HAN.search(token.string)
    ]
    for token in reversed(strings):
        (row, column), (last, end) = token.start, token.end
        prefix = re.match(r"\w*", token.string)
        raw = prefix is not None and "r" in prefix.group().lower()
        rows = "\\n" in token.string and "," in token.string  # of a table, parted by commas
        if raw or rows or (row, len(lines[row - 1][:column].encode())) in told:
            continue
        head, tail = lines[row - 1][:column], lines[last - 1][end:]
        lines[row - 1 : last] = [head + widened(token.string) + tail]
    return "".join(lines)


def _docstrings(source: str) -> set[tuple[int, int]]:
    """Where they begin: rows from 1, columns in bytes."""
    nodes = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    first = [n.body[0] for n in ast.walk(ast.parse(source)) if isinstance(n, nodes) and n.body]
    values = [e.value for e in first if isinstance(e, ast.Expr)]
    return {(v.lineno, v.col_offset) for v in values if isinstance(v, ast.Constant)}


def html(source: str) -> str:
    return "".join(
        _in_quotes(part) if re.fullmatch(TAG, part, re.DOTALL) else _text(part)
        for part in re.split(TAG, source)
    )


def _text(part: str) -> str:
    pieces = re.split(r"(<[^>]*>)", part)
    return "".join(_in_quotes(p) if p.startswith("<") else widened(p) for p in pieces)


def _in_quotes(tag: str) -> str:
    if SPLIT in tag:
        return tag
    return QUOTED.sub(lambda found: widened(found.group()), tag)


def typ(source: str) -> str:
    return "\n".join(widened(line, calls=True) for line in source.split("\n"))


READERS: dict[str, Callable[[str], str]] = {".py": python, ".html": html, ".typ": typ}


def main() -> int:
    changed = []
    for path in sorted(p for folder in FOLDERS for p in (ROOT / folder).rglob("*")):
        if path.suffix in READERS:
            source = path.read_text(encoding="utf-8")
            better = READERS[path.suffix](source)
            if better != source:
                changed.append(path)
                if "--check" not in sys.argv:
                    path.write_text(better, encoding="utf-8")
    if "--check" not in sys.argv:
        _messages()
    print("\n".join(str(path.relative_to(ROOT)) for path in changed))
    return 1 if changed and "--check" in sys.argv else 0


def _messages() -> None:
    """The catalogue by the words as they now stand, so that their English is found again."""
    catalogue = read_po(io.BytesIO(PO.read_bytes()), locale="en")
    known = [(m.id, m.string) for m in catalogue if m.id]
    pages = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tongban").rglob("*.html"))
    split = set(re.findall(SPLIT + r":_\(\"([^\"]*)\"\)", pages))
    for words, english in known:
        if words not in split:
            catalogue.delete(words)
            one = isinstance(words, str)
            catalogue.add(widened(words) if one else tuple(map(widened, words)), english)
    keep(catalogue)


if __name__ == "__main__":
    sys.exit(main())
