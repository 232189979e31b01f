"""Spreadsheets that people fill in: their columns, what cells may say, and the marked copy that
shows every fault where it stands."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from ..files.spreadsheets import Table
from .export import safe_cell

YES, NO = frozenset({"1", "是", "true", "y", "有"}), frozenset({"0", "否", "false", "n", "无", ""})
Row = dict[str, Any]  # values of a row by the name of their column


class BadCell(ValueError):
    """What is wrong with a cell and how to mend it."""


@dataclass(frozen=True)
class Column:
    """name: as in the reference files; title: as people write it; read: text → value."""

    name: str
    title: Any
    read: Callable[[str], Any]
    required: bool = False


@dataclass(frozen=True)
class Sheet:
    """One kind of spreadsheet."""

    key: str
    title: Any
    columns: tuple[Column, ...]

    def headers(self) -> list[str]:
        return [str(column.title) for column in self.columns]

    def named(self, header: str) -> Column | None:
        """The column a header means, by its name or by its title in either language."""
        wanted = header.strip().lstrip("\ufeff").strip("*")
        return next(
            (c for c in self.columns if wanted in (c.name, str(c.title), in_chinese(c.title))), None
        )


def in_chinese(title: Any) -> str:
    with override("zh-hans"):
        return str(title)


def text(most: int) -> Callable[[str], str]:
    def read(value: str) -> str:
        if len(value) > most:
            raise BadCell(
                _("最多 %(most)d 个字，现有 %(given)d 个") % {"most": most, "given": len(value)}
            )
        return value

    return read


def whole(value: str) -> int | None:
    if not value:
        return None
    plain = value.removesuffix(".0")
    if not plain.isascii() or not plain.isdigit() or int(plain) > 32767:
        raise BadCell(_("“%s”不是 0 到 32767 的整数，请填数字，不要带单位") % value)
    return int(plain)


def yes(value: str) -> bool:
    if value.lower().removesuffix(".0") in YES:
        return True
    if value.lower().removesuffix(".0") in NO:
        return False
    raise BadCell(_("“%s”应填 1（是）或 0（否）") % value)


def one_of(choices: Any, *, empty: str | None = None, more: dict[str, str] | None = None) -> Any:
    """A choice by its value or by its Chinese words."""

    def read(value: str) -> str:
        if not value and empty is not None:
            return empty
        words = {in_chinese(label): key for key, label in choices.choices if key}
        known = {**words, **{key: key for key in choices.values}, **(more or {})}
        if value in known:
            return str(known[value])
        raise BadCell(
            _("“%(given)s”不在可选值里，应为 %(known)s 之一")
            % {"given": value, "known": "、".join(words)}
        )

    read.words = tuple(in_chinese(label) for key, label in choices.choices if key)  # type: ignore[attr-defined]
    return read


@dataclass(frozen=True)
class Fault:
    """row: as people count, the headings being row 1; column: a heading, empty for the row."""

    row: int
    column: str
    text: str


def read_rows(sheet: Sheet, table: Table) -> tuple[list[tuple[int, Row]], list[Fault]]:
    """Number and values of each row that is not empty, and every fault of headings and cells.

    With headings at fault no row is read.
    """
    columns, faults = _columns(sheet, table)
    if faults:
        return [], faults
    rows = []
    for number, cells in enumerate(table.rows, start=2):
        if not any(cells):
            continue
        values: Row = {}
        for place, column in columns.items():
            cell = cells[place]
            try:
                if column.required and not cell:
                    raise BadCell(_("请填写“%s”") % column.title)
                values[column.name] = column.read(cell)
            except BadCell as error:
                faults.append(Fault(number, table.header[place], str(error)))
        rows.append((number, values))
    return rows, faults


def _columns(sheet: Sheet, table: Table) -> tuple[dict[int, Column], list[Fault]]:
    columns: dict[int, Column] = {}
    faults: list[Fault] = []
    for place, header in enumerate(table.header):
        column = sheet.named(header)
        if column is None:
            if header:
                told = _("不认识列“%s”，请用空白模板的列名或删去这一列") % header
                faults.append(Fault(1, header, told))
        elif column in columns.values():
            faults.append(Fault(1, header, _("列“%s”出现了两次，请删去一列") % header))
        else:
            columns[place] = column
    missing = [c for c in sheet.columns if c.required and c not in columns.values()]
    faults += [Fault(1, "", _("缺少列“%s”，请用空白模板填写") % c.title) for c in missing]
    return columns, faults


def marked(header: list[str], rows: Iterable[list[str]], faults: list[Fault]) -> bytes:
    """An .xlsx of what was handed in, the faulty cells red, with reason and cure beside them."""
    from . import xlsx  # loaded by who writes one

    by_row: dict[int, list[Fault]] = {}
    for fault in faults:
        by_row.setdefault(fault.row, []).append(fault)
    book = xlsx.new()
    sheet = book.create_sheet(_("请改红色的格"))
    sheet.append([*header, _("原因和改法")])
    for number, cells in enumerate(rows, start=2):
        found = by_row.get(number, [])
        told = {fault.column: fault.text for fault in found}
        line: list[Any] = [safe_cell(value) for value in cells]
        for place, name in enumerate(header[: len(line)]):
            if name in told:
                line[place] = xlsx.red(sheet, line[place], told[name])
        line += [""] * (len(header) - len(line))
        sheet.append([*line, "; ".join(fault.text for fault in found)])
    return xlsx.content(book)


def template(sheet: Sheet) -> bytes:
    """A blank spreadsheet with headings, and beside it what each column may hold."""
    from . import xlsx  # loaded by who writes one

    book = xlsx.new()
    first = book.create_sheet(str(sheet.title))
    first.append([xlsx.bold(first, str(column.title)) for column in sheet.columns])
    second = book.create_sheet(_("填写说明"))
    second.append([xlsx.bold(second, words) for words in (_("列"), _("必填"), _("可以填"))])
    for column in sheet.columns:
        choices = getattr(column.read, "words", ())
        needed = _("是") if column.required else ""
        second.append([str(column.title), needed, "、".join(choices)])
    return xlsx.content(book)
