"""Reading spreadsheets that people hand in: Excel and CSV as rows of text, hostile ones refused.

Nothing in a file is run, followed or trusted: sizes are looked at before anything is unpacked,
declarations of entities and formulas are refused by name.
"""

import csv
import re
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO, StringIO
from typing import Any

import python_calamine
from django.utils.translation import gettext as _

MOST_ROWS, MOST_COLUMNS = 20_000, 60
MOST_UNPACKED = 120 * 2**20
MOST_PARTS = 2000
LONGEST_CELL = 4000
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
FORMULA = re.compile(rb'<c r="([A-Z]+[0-9]+)"[^>]*>\s*<f[ >/]')
MERGED = re.compile(rb'<mergeCell ref="([A-Z]+[0-9]+:[A-Z]+[0-9]+)"')
DECLARED = (b"<!DOCTYPE", b"<!ENTITY")


class Unreadable(Exception):
    """A file that cannot be taken; the text says why and what to do."""


@dataclass(frozen=True)
class Table:
    """header: as written; rows: cells as text, as many as the header has; no empty rows at
    the end. Row n of `rows` is row n + 2 in the file."""

    header: list[str]
    rows: list[list[str]]


def read(content: bytes, name: str) -> Table:
    """The first sheet, or the CSV. Raises Unreadable."""
    if not content.strip():
        raise Unreadable(_("文件是空的，请选择填好的表格"))
    if content.startswith(OLE):
        raise Unreadable(_("这是旧版 .xls 或加了密码的文件，请在 Excel 里另存为 .xlsx 后再上传"))
    if content.startswith(ZIP):
        return _table(_excel(content))
    if name.lower().endswith((".xlsx", ".xls", ".et")):
        raise Unreadable(_("文件打不开，可能没有下载完整，请重新保存为 .xlsx 后再上传"))
    return _table(_csv(content))


def _excel(content: bytes) -> list[list[Any]]:
    try:
        _check_parts(content)
        book = python_calamine.CalamineWorkbook.from_filelike(BytesIO(content))
        rows: list[list[Any]] = book.get_sheet_by_index(0).to_python(nrows=MOST_ROWS + 2)
    except (zipfile.BadZipFile, python_calamine.CalamineError, KeyError, OSError) as error:
        raise Unreadable(_("文件打不开，请重新保存为 .xlsx 后再上传")) from error
    return rows


def _check_parts(content: bytes) -> None:
    """Look at the parts before anything reads them as a workbook."""
    with zipfile.ZipFile(BytesIO(content)) as parts:
        listed = parts.infolist()
        if len(listed) > MOST_PARTS or sum(p.file_size for p in listed) > MOST_UNPACKED:
            raise Unreadable(
                _("文件展开后太大（超过 %d MB）。请删去空白行列和图片，或分成几个文件")
                % (MOST_UNPACKED // 2**20)
            )
        for part in listed:
            if part.filename.endswith((".xml", ".rels")):
                _check_xml(parts.read(part), part.filename)


def _check_xml(text: bytes, name: str) -> None:
    head = text[:4096].upper()
    if any(word in head for word in DECLARED):
        raise Unreadable(_("文件里有不允许的外部引用，请在 Excel 里另存为新的 .xlsx 后再上传"))
    if not name.startswith("xl/worksheets/sheet1."):
        return
    if found := FORMULA.search(text):
        raise Unreadable(
            _("%s 格是公式。请全选、复制、“选择性粘贴为数值”后再上传") % found[1].decode()
        )
    if found := MERGED.search(text):
        raise Unreadable(_("%s 是合并的单元格。请取消合并、每行填全后再上传") % found[1].decode())


def _csv(content: bytes) -> list[list[Any]]:
    text = _decoded(content)
    if "\x00" in text:
        raise Unreadable(_("这不是表格文件，请上传 .xlsx 或 .csv"))
    try:
        dialect = "excel-tab" if "\t" in text.split("\n", 1)[0] else "excel"
        rows = []
        for row in csv.reader(StringIO(text), dialect=dialect):
            rows.append(row)
            if len(rows) > MOST_ROWS + 1:
                break
    except csv.Error as error:
        raise Unreadable(_("CSV 文件有一行读不懂，请用 Excel 打开后另存为 .xlsx 再上传")) from error
    return rows


def _decoded(content: bytes) -> str:
    """UTF-8, UTF-16 with its mark, or GB 18030, in this order."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable(_("文字编码无法识别，请用 Excel 另存为 .xlsx 或“CSV UTF-8”后再上传"))


def _table(rows: list[list[Any]]) -> Table:
    cells = [[_text(value) for value in row] for row in rows]
    while cells and not any(cells[-1]):
        cells.pop()
    if not cells or not any(cells[0]):
        raise Unreadable(_("第一行应为列名。请用空白模板填写"))
    header = cells[0]
    while header and not header[-1]:
        header.pop()
    if len(header) > MOST_COLUMNS:
        raise Unreadable(_("列太多（最多 %d 列）。请用空白模板填写") % MOST_COLUMNS)
    body = [(row + [""] * len(header))[: len(header)] for row in cells[1:]]
    if len(body) > MOST_ROWS:
        raise Unreadable(_("行太多（最多 %d 行）。请分成几个文件") % MOST_ROWS)
    if not any(any(row) for row in body):
        raise Unreadable(_("只有列名，没有内容。请从第二行起填写"))
    return Table(header, body)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value).replace("\u3000", " ").strip()[:LONGEST_CELL]
