"""Spreadsheets of items: checked, marked, proposed all or nothing, undone; hostile ones refused."""

import csv
import time
import zipfile
from io import BytesIO, StringIO

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from tests.services.test_item_changes import signed_in, staff  # noqa: F401
from tongban.demo import growth
from tongban.demo.rows import FOLDER, rows
from tongban.kernel.files.spreadsheets import Unreadable, read
from tongban.kernel.people.models import Account
from tongban.kernel.procedures.refusals import NotNow
from tongban.services.catalogue import importing
from tongban.services.catalogue.columns import ITEMS
from tongban.services.catalogue.models import Change, ImportRun, ServiceItem

pytestmark = pytest.mark.django_db
DATA = FOLDER
WHY = {"reason": "年度调整", "legal_basis": "国发〔2022〕5号", "effective_on": timezone.localdate()}


def sheet(rows, header=None):
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(header or list(rows[0]))
    writer.writerows(r.values() if isinstance(r, dict) else r for r in rows)
    return out.getvalue().encode()


def excel(rows, change=lambda s: None):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    change(book.active)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def begun(content, kind="items", name="items.csv"):
    return importing.begin(kind, content, name, Account.objects.get(username="zhou"))


def items(count=3, **changes):
    return [{**row, **changes} for row in list(rows("items"))[:count]]


@pytest.mark.parametrize("kind", ["items", "materials", "situations"])
def test_the_reference_files_say_what_is_already_there(staff, kind):  # noqa: F811
    run = begun((DATA / f"{kind}.csv").read_bytes(), kind)
    found = importing.check(run)
    assert found.faults == []
    assert found.counts["create"] == found.counts["adjust"] == 0
    assert found.counts["same"] > 10


def test_a_change_in_the_file_becomes_drafts_and_doing_it_again_changes_nothing(staff):  # noqa: F811
    content = sheet(items(3, visits="2", result="新的结果"))
    run = begun(content)
    made = importing.propose(run, WHY, staff["zhou"])
    assert [c.lines.count() for c in made] == [3]
    again = importing.check(begun(content))
    assert len(again.faults) == 3
    assert "已有正在办理的变更" in again.faults[0].text
    assert importing.undo(run, staff["zhou"]) == 1
    assert Change.objects.get().matter.state == "withdrawn"
    assert importing.check(begun(content)).counts["adjust"] == 3


def test_a_run_in_force_is_undone_by_a_change_that_says_what_was(staff):  # noqa: F811
    two = [r for r in rows("items") if r["unit_code"] == "SC"][:2]
    run = begun(sheet([{**row, "visits": "7"} for row in two]))
    change = importing.propose(run, {**WHY, "effective_on": "2099-01-01"}, staff["chen"])[0]
    importing.undo(run, staff["chen"])
    change.matter.refresh_from_db()
    assert change.matter.state == "withdrawn"


def test_chinese_headers_and_words_are_understood(staff):  # noqa: F811
    row = items(1)[0]
    header = [str(c.title) for c in ITEMS.columns]
    cells = [row[c.name] for c in ITEMS.columns]
    place = header.index("办件类型")
    cells[place] = "承诺件"
    cells[header.index("承诺办结时限")] = "9"
    found = importing.check(begun(excel([header, cells]), name="事项.xlsx"))
    assert found.faults == []
    assert found.counts["adjust"] == 1


def test_every_fault_is_named_and_marked_in_a_copy(staff):  # noqa: F811
    rows = items(4)
    rows[0]["promised_days"] = "三天"
    rows[1]["kind"] = "许可"
    rows[2]["promised_days"] = "99"
    rows[3]["implementation_code"] = "11440800MB2C10037X4440701001004"
    run = begun(sheet(rows))
    found = importing.check(run)
    told = {fault.row: fault for fault in found.faults}
    assert "不是 0 到 32767 的整数" in told[2].text
    assert "应为 行政许可" in told[3].text
    assert "承诺时限（99）大于法定时限（20）" in told[4].text
    assert "校验码应为" in told[5].text
    with pytest.raises(NotNow, match="还有 4 处要改"):
        importing.propose(run, WHY, staff["zhou"])
    assert not Change.objects.exists()
    book = load_workbook(BytesIO(importing.error_workbook(run)))
    cell = book.active.cell(row=2, column=list(rows[0]).index("promised_days") + 1)
    assert cell.fill.start_color.rgb.endswith("FBE9E7")
    assert "整数" in cell.comment.text
    assert "校验码" in book.active.cell(row=5, column=len(rows[0]) + 1).value


def bomb():
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet1.xml", b"0" * (130 * 2**20))
    return out.getvalue()


def entity():
    source, out = BytesIO(excel([["实施编码"], ["x"]])), BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.infolist():
            text = old.read(part)
            if part.filename.endswith("sheet1.xml"):
                text = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + text
            new.writestr(part.filename, text)
    return out.getvalue()


HOSTILE = {
    "bomb": (bomb, "展开后太大"),
    "entity": (entity, "外部引用"),
    "formula": (lambda: excel([["实施编码"], ["=1+1"]]), "A2 格是公式"),
    "merged": (
        lambda: excel([["实施编码", "事项名称"], ["a", "b"]], lambda s: s.merge_cells("A2:B2")),
        "A2:B2 是合并的单元格",
    ),
    "old excel": (lambda: b"\xd0\xcf\x11\xe0" + b"\0" * 600, "旧版 .xls"),
    "cut off": (lambda: excel([["a"], ["b"]])[:900], "重新保存为 .xlsx"),
    "empty": (lambda: b"  \n ", "文件是空的"),
    "only header": (lambda: sheet([["a"]])[:1] + b"\n", "没有内容"),
    "too long": (lambda: b"a\n" + b"x\n" * 20_002, "行太多"),
    "picture": (lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "不是表格文件"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_words(name):
    make, words = HOSTILE[name]
    with pytest.raises(Unreadable, match=words):
        read(make(), "x.xlsx" if name == "cut off" else "x.csv")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_chinese_is_read_in_the_encodings_that_offices_use(encoding):
    table = read("实施编码,事项名称\n1,户口登记\n".encode(encoding), "x.csv")
    assert table.rows == [["1", "户口登记"]]


def test_a_million_empty_rows_are_no_rows():
    def far(page):
        page.cell(row=1_000_000, column=1).value = None
        page.row_dimensions[1_000_000].height = 20

    table = read(excel([["实施编码"], ["x"]], far), "x.xlsx")
    assert table.rows == [["x"]]


def test_five_thousand_rows_take_less_than_twenty_seconds(staff):  # noqa: F811
    given = list(rows("items"))
    more = growth.items(given, list(rows("subjects")))
    began, told = time.monotonic(), []
    run = begun(sheet(more))
    found = importing.check(run, told.append)
    assert found.faults == []
    assert len(told) > 5
    assert found.counts["create"] == len(more) > 4000
    importing.propose(run, WHY, staff["zhou"])
    assert time.monotonic() - began < 20
    assert ServiceItem.objects.filter(status="draft").count() == len(more)


def test_the_page_hands_in_checks_and_proposes(staff, monkeypatch):  # noqa: F811
    monkeypatch.setattr(
        importing.run_import, "defer", lambda **given: importing.run_import(**given)
    )
    client: Client = signed_in("zhou")
    file = BytesIO(sheet(items(2, visits="5")))
    file.name = "事项.csv"
    answer = client.post("/desk/imports/", {"kind": "items", "file": file})
    assert answer.status_code == 302
    page = client.get(answer["Location"])
    assert "检查通过" in page.content.decode()
    answer = client.post(answer["Location"], {**WHY, "effective_on": "2099-01-01"})
    assert answer.status_code == 302
    run = ImportRun.objects.get()
    assert run.phase == "proposed", run.faults
    assert signed_in("chen").get(f"/desk/imports/{run.pk}/").status_code == 404
    bad = BytesIO(b"\xd0\xcf\x11\xe0" + b"\0" * 600)
    bad.name = "a.xls"
    answer = client.post("/desk/imports/", {"kind": "items", "file": bad})
    assert answer.status_code == 422
    assert "旧版 .xls" in answer.content.decode()
    assert client.get("/desk/imports/template/items/").status_code == 200


def test_exports_guard_formulas_and_come_back_unchanged(staff):  # noqa: F811
    client = signed_in("zhou")
    content = client.get("/desk/items/?unit=SC&export=xlsx").content
    found = importing.check(begun(content, name="items.xlsx"))
    assert found.faults == []
    assert found.counts["create"] == found.counts["adjust"] == 0
    from tongban.kernel.screens.export import safe_cell

    assert safe_cell("=cmd|' /C calc'!A0").startswith("'")
