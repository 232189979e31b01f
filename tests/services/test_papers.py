"""Papers before they are made, what proves their delivery, the cover of the file, and by which
version of a template each was made."""

import subprocess

import pytest
from django.utils import timezone

from tests.services.test_case_roads import Desk
from tests.services.test_item_changes import signed_in
from tongban.kernel.files.store import path_of
from tongban.kernel.procedures.after import run_work
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.refusals import NotNow
from tongban.services.cases import letters
from tongban.services.seals import versions
from tongban.services.seals.models import SealedDocument, TemplateVersion
from tongban.services.seals.verifying import INVALID, VALID, verify

pytestmark = pytest.mark.django_db
GRANT = {"opinion": "准予", "years": 5}


@pytest.fixture
def desk(db):
    return Desk()


def text_of(pdf):
    done = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode().replace("\n", "").replace(" ", "")


def made(desk, event):
    run_work(name="document", matter_id=desk.case.pk, event_id=event.pk)
    desk.case.refresh_from_db()
    return SealedDocument.objects.get(event=event)


def test_a_preview_is_the_paper_itself_and_changes_nothing(desk):
    before = Matter.objects.values().get(pk=desk.case.pk)
    path = f"/desk/case/{desk.case.number}/step/request_corrections/preview/"
    data = {"corrections": "补身份证\n补照片", "days": "5"}
    answer = signed_in("chen").post(path, data)
    assert answer["Content-Type"] == "application/pdf"
    words = text_of(answer.content)
    assert "补正材料一次性告知书" in words and "补照片" in words and "〔预览〕" in words
    assert verify(answer.content).answer == INVALID
    assert Matter.objects.values().get(pk=desk.case.pk) == before
    assert desk.case.events.count() == 1 and not SealedDocument.objects.exists()
    assert signed_in("chen").post(path, {"corrections": ""}).status_code == 422
    assert signed_in("ye").post(path, data).status_code == 409
    no_paper = path.replace("request_corrections", "pre_review")
    assert signed_in("chen").post(no_paper, {"opinion": "好"}).status_code == 404


def test_numbers_stay_without_gaps_whatever_is_previewed(desk):
    chen = signed_in("chen")
    for _ in range(3):
        chen.post(f"/desk/case/{desk.case.number}/step/accept/preview/", {})
    paper = made(desk, desk.take("accept", "chen"))
    assert paper.number.endswith("〕1号")


def test_delivery_leaves_its_receipt_and_filing_a_cover_with_a_number(desk):
    desk.take("accept", "chen")
    made(desk, desk.take("grant", "liang", GRANT))
    desk.at = timezone.now()
    receipt = made(
        desk, desk.take("deliver", "chen", {"how": "counter", "received_by": "李小明"}, 0)
    )
    words = text_of(path_of(receipt.file.digest).read_bytes())
    assert receipt.title == "送达回证" and "李小明" in words and "窗口领取" in words
    assert "食品小作坊登记证湛开" in words
    cover = made(desk, desk.take("file_away", "chen", {"keeping": "30", "place": "3 号柜"}, 0))
    words = text_of(path_of(cover.file.digest).read_bytes())
    number = desk.case.detail.archive_number
    assert number == f"SC-WS·{desk.at.year}-D30-0001" and number in words
    assert receipt.number in words and "3号柜" in words
    assert verify(path_of(cover.file.digest).read_bytes()).answer == VALID
    with pytest.raises(NotNow, match="已经归档"):
        desk.take("file_away", "chen", {"keeping": "10"}, 0)
    page = signed_in("chen").get(f"/desk/case/{desk.case.number}/").content.decode()
    assert number in page and "归档文件目录" in page


def test_it_is_known_by_which_version_of_a_template_a_paper_was_made(desk, tmp_path):
    first = made(desk, desk.take("accept", "chen")).template
    assert first.name == "acceptance" and "现予受理" in first.words
    assert versions.template_of(letters.ACCEPTANCE.source) == first
    changed = tmp_path / "acceptance.typ"
    changed.write_text(letters.ACCEPTANCE.source.read_text() + "\n// 新版\n")
    second = versions.template_of(changed)
    assert second != first and TemplateVersion.objects.filter(name="acceptance").count() == 2
    page = signed_in("huang").get("/desk/seals/templates/").content.decode()
    assert first.digest[:12] in page and second.digest[:12] in page and "1 份文书" in page
