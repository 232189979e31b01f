"""From the phone to the sealed licence: a shopkeeper in 东简街道 opens a small restaurant."""

import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlencode

import pytest
from PIL import Image

from tests.walk.conftest import DESKTOP

pytestmark = pytest.mark.browser
PHONE_NUMBER = "13900139001"
ITEM = "食品经营许可-新办"
SLOT_SOON = """
from datetime import timedelta
from time import sleep
from django.utils import timezone
from tongban.services.booking.models import Group, Slot
midnight = timezone.localtime().replace(hour=23, minute=59, second=59, microsecond=0)
if (left := midnight - timezone.localtime()) < timedelta(seconds=40):
    sleep(left.total_seconds() + 2)
    midnight += timedelta(days=1)
at = min((timezone.now() + timedelta(minutes=20)).replace(second=7, microsecond=0), midnight)
group = Group.objects.get(code="SC")
Slot.objects.create(group=group, begins_at=at, released_at=timezone.now(), capacity=2)
"""


@pytest.fixture(scope="session")
def photo(tmp_path_factory):
    path = tmp_path_factory.mktemp("photo") / "平面图.jpg"
    Image.new("RGB", (640, 480), "#dde").save(path)
    return path


def answer(walker, question, option):
    """And wait until the list of materials, with the link to apply in it, is the one for it."""
    group = walker.page.get_by_role("group", name=question)
    choice = group.get_by_label(option, exact=True)
    choice.check()
    told = urlencode({choice.get_attribute("name"): choice.get_attribute("value")})
    walker.page.locator(f"#materials a[href*='{told}']").first.wait_for()


def apply_on_the_phone(phone, photo):
    phone.go("/")
    phone.page.fill("#q", "开小饭店")
    phone.press("查找")
    phone.check()
    phone.follow(ITEM)
    phone.check()
    materials = phone.page.locator("#materials")
    assert "租赁合同" not in materials.inner_text()
    answer(phone, "经营场所是否租赁", "是")
    phone.page.locator("#materials", has_text="租赁合同").wait_for()
    answer(phone, "是否网络经营", "否")
    answer(phone, "是否由他人代办", "否")
    phone.follow("在线办理")
    phone.sign_in_phone(PHONE_NUMBER)
    phone.see("实名核验")
    phone.page.fill("#id_name", "李小明")
    phone.page.fill("#id_id_number", "440801199001011233")
    phone.press("核验")
    phone.see("末位校验码不对")
    phone.check()
    phone.page.fill("#id_id_number", shopkeeper_number())
    phone.press("核验")
    phone.see("第 1 步，共 4 步")
    phone.check()
    assert phone.page.get_by_role("group", name="经营场所是否租赁").get_by_label("是").is_checked()
    phone.press("下一步")
    fill_facts(phone)
    upload(phone, photo)
    phone.see("检查后提交")
    phone.check()
    phone.press("提交申请")
    phone.see("已提交")
    phone.check()
    assert phone.page.locator(".qr svg").count() == 1
    return re.search(r"SC\d{8}-\d{4}-\d", phone.page.inner_text("main")).group()


def shopkeeper_number():
    from tongban.demo.people import SHOPKEEPER, with_check

    return with_check(SHOPKEEPER[1][:17])


def fill_facts(phone):
    phone.press("下一步")
    phone.see("请填写“经营者名称”")
    phone.check()
    phone.page.fill("#id_subject", "东简阿明海味饭店")
    phone.page.fill("#id_address", "东简街道东海大道 12 号")
    phone.page.select_option("#id_town", "T2")
    phone.page.fill("#id_contact", "李小明")
    phone.press("下一步")


def upload(phone, photo):
    phone.see("上传材料")
    phone.check()
    inputs = phone.page.locator("input[type=file]")
    inputs.nth(0).set_input_files(photo)
    phone.press("下一步")
    phone.see("还差")
    for n in range(1, inputs.count()):
        inputs.nth(n).set_input_files(photo)
    phone.press("下一步")


def book_and_check_in(phone, machine, number):
    phone.go(f"/my/{number}/")
    phone.follow("预约到厅")
    phone.check()
    phone.page.locator("input[name=slot]").first.check()
    phone.press("确定预约")
    phone.see("预约码")
    phone.check()
    code = phone.page.locator("b.code").inner_text()
    machine.go(f"/hall/checkin/{code}/")
    machine.press("签到取号")
    machine.see("您的号码")
    machine.check()
    return machine.page.locator(".ticket-label").inner_text()


def licence_of(phone):
    row = phone.page.locator(".materials li", has_text="许可证")
    with phone.page.expect_download() as waiting:
        row.get_by_role("link", name="下载").click()
    return waiting.value.path()


def test_from_the_phone_to_the_sealed_licence(district, walker, phone, photo, tmp_path):
    clerk, approver, machine, board = (walker(DESKTOP) for _ in range(4))
    leader = walker(DESKTOP)
    leader.sign_in_staff("leader")
    leader.go("/reports/cases_closed/")
    before = float(leader.page.locator(".figure-head b").inner_text().split()[0])

    number = apply_on_the_phone(phone, photo)
    district.shell(SLOT_SOON)
    label = book_and_check_in(phone, machine, number)

    board.go("/hall/board/")
    clerk.sign_in_staff("chen")
    clerk.check()
    clerk.go("/hall/counter/")
    clerk.page.keyboard.press("n")
    clerk.see("叫下一号")
    clerk.page.keyboard.press("n")
    clerk.see(label)
    clerk.check()
    board.page.locator(".row-called", has_text=label).wait_for(timeout=3000)  # live, no reload
    clerk.page.keyboard.press("o")
    clerk.page.wait_for_url(f"**/{number}/")
    clerk.check()

    clerk.page.keyboard.press("c")
    clerk.page.get_by_label("需要补正的全部内容").fill("平面图请标出操作间的位置。")
    clerk.press("一次性告知补正")
    clerk.see("待补正")
    mend_on_the_phone(phone, number, photo)

    clerk.go(f"/desk/case/{number}/")
    assert clerk.page.get_by_role("link", name="一次性告知补正").count() == 0
    clerk.page.keyboard.press("a")
    clerk.press("受理")
    clerk.see("审查")
    clerk.check()
    clerk.until("受理通知书")
    clerk.go("/hall/counter/")
    clerk.page.keyboard.press("f")
    clerk.see("现在没有正在办理的号")

    approver.sign_in_staff("liang")
    approver.go(f"/desk/case/{number}/")
    approver.page.keyboard.press("g")
    approver.page.get_by_label("审查意见").wait_for()
    approver.check()
    approver.press("准予许可", exact=True)
    approver.until("办结")
    approver.check()

    phone.go(f"/my/{number}/")
    phone.until("许可证")
    licence = licence_of(phone)
    outside_readers_accept(district, licence.read_bytes(), tmp_path)
    verification_page_tells(machine, licence, tmp_path)
    phone.follow("评价")
    phone.page.get_by_label("非常满意", exact=True).check()
    phone.check()
    phone.press("评价")
    phone.see("经过")

    leader.go("/reports/cases_closed/")
    after = float(leader.page.locator(".figure-head b").inner_text().split()[0])
    assert after >= before + 1
    leader.follow(re.compile("明细"))
    leader.check()
    leader.follow(number)
    leader.see("东简阿明海味饭店")
    leader.check()

    ledger_holds_every_step(district, number)


def mend_on_the_phone(phone, number, photo):
    phone.go(f"/my/{number}/")
    phone.see("平面图请标出操作间的位置。")
    phone.follow("提交补正")
    phone.check()
    phone.page.fill("#answer", "已标出。")
    phone.page.locator("input[type=file]").first.set_input_files(photo)
    phone.press("提交补正")
    phone.see("最迟")


def outside_readers_accept(district, content, folder):
    root = folder / "root.pem"
    root.write_bytes((district.folder / "keys" / "authority-certificate.pem").read_bytes())
    paper = folder / "licence.pdf"
    paper.write_bytes(content)
    told = subprocess.run(["pdfsig", paper], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in told
    assert "Total document signed" in told
    assert "judged VALID" in pyhanko(paper, root)
    for place in (700, len(content) // 2, len(content) // 3):
        changed = bytearray(content)
        changed[place] ^= 1
        (folder / "changed.pdf").write_bytes(changed)
        assert "judged VALID" not in pyhanko(folder / "changed.pdf", root)
        told = subprocess.run(
            ["pdfsig", folder / "changed.pdf"], capture_output=True, text=True, check=False
        ).stdout
        assert "Signature is Valid" not in told


def pyhanko(paper, root):
    program = Path(sys.executable).with_name("pyhanko")
    command = [program, "sign", "validate", "--pretty-print", "--trust", root, paper]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def verification_page_tells(machine, licence, folder):
    machine.go("/verify/")
    machine.page.set_input_files("#file", folder / "licence.pdf")
    machine.press("核验")
    machine.see("真实有效")
    machine.see("湛江经济技术开发区市场监督管理局政务服务专用章")
    machine.check()
    machine.page.set_input_files("#file", folder / "changed.pdf")
    machine.press("核验")
    machine.see("不能确认")


def ledger_holds_every_step(district, number):
    told = district.shell(
        "from tongban.kernel.ledger.models import Event;"
        f"print(','.join(Event.objects.filter(matter__number='{number}').order_by('seq')"
        ".values_list('step', flat=True)))"
    )
    steps = told.split(",")
    wanted = ["apply", "request_corrections", "correct", "accept", "grant", "issue", "evaluate"]
    assert [s for s in steps if s in wanted] == wanted
    assert steps.count("record_document") == 2
    assert "账本完好" in district.command("ledger", "verify")
