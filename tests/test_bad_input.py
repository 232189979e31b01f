"""What goes wrong in a district every day: each gets a message that names it and the cure."""

import io
import json
from datetime import timedelta

import pyotp
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from PIL import Image

from tests import district
from tongban.demo import people
from tongban.kernel.files.models import StoredFile, Upload
from tongban.kernel.files.store import LARGEST_BYTES, root, safe_name
from tongban.kernel.people.models import AccessLog, Account, PhoneCode
from tongban.kernel.people.signin import fault_of_id
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.taking import take
from tongban.kernel.screens import views
from tongban.kernel.screens.json_object import json_object
from tongban.kernel.trust import vault
from tongban.services.cases.forms import mapping
from tongban.services.cases.models import Draft
from tongban.services.cases.procedure import Handling

pytestmark = pytest.mark.django_db
ADDRESS = f"/apply/{district.PLAIN_ITEM}/"


def picture(size=20):
    out = io.BytesIO()
    Image.new("RGB", (size, size), "#abc").save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def citizen(db):
    district.load()
    return district.shopkeeper()


@pytest.fixture
def phone(citizen):
    client = Client()
    client.force_login(citizen, "tongban.kernel.people.signin.PhoneBackend")
    return client


@pytest.fixture
def clerk(citizen):
    client = Client()
    account = Account.objects.get(username="chen")
    client.force_login(account, "tongban.kernel.people.signin.StaffBackend")
    return client


def words(answer):
    return answer.content.decode()


def test_an_id_number_says_what_is_wrong_with_it():
    assert fault_of_id("44080119900101123") == "身份证号应为 18 位，现为 17 位，请检查是否漏填"
    assert "末位校验码不对" in fault_of_id("440801199001011233")
    assert "出生日期" in fault_of_id("440801199013011239")
    assert fault_of_id("44080119900101123X") != ""


def test_a_name_and_number_that_do_not_belong_together_are_refused(phone, citizen):
    answer = phone.post(
        "/signin/identity/", {"name": "张三", "id_number": people.with_check("44080119850101002")}
    )
    assert answer.status_code == 422
    assert "持身份证到大厅核验" in words(answer)


def test_a_wrong_and_an_expired_code_and_too_many_tries(db):
    client = Client()
    number = "13900139009"
    client.post("/signin/", {"phone": number, "ask": "1"})
    answer = client.post("/signin/", {"phone": number, "code": "000000"})
    assert "验证码不正确或已过期" in words(answer)
    assert number in words(answer)
    PhoneCode.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert "已过期" in words(client.post("/signin/", {"phone": number, "code": "123456"}))
    for _ in range(6):
        answer = client.post("/signin/", {"phone": number, "code": "999999"})
    assert "已暂停登录" in words(answer) or "分钟后再试" in words(answer)


def test_codes_are_not_sent_too_often(db):
    client = Client()
    client.post("/signin/", {"phone": "13900139008", "ask": "1"})
    assert "请等 1 分钟后再获取" in words(
        client.post("/signin/", {"phone": "13900139008", "ask": "1"})
    )
    assert "手机号应为 11 位数字" in words(client.post("/signin/", {"phone": "139", "ask": "1"}))


def test_guessing_a_staff_password_locks_the_account_out(citizen):
    client = Client()
    data = {"username": "chen", "password": "wrong", "totp": "000000"}
    for _ in range(5):
        answer = client.post("/signin/staff/", data)
    assert "已暂停登录，请 15 分钟后再试" in words(answer)
    secret = vault.decrypt(Account.objects.get(username="chen").totp_sealed)
    right = {**data, "password": district.PASSWORD, "totp": pyotp.TOTP(secret).now()}
    assert "已暂停登录" in words(client.post("/signin/staff/", right))


def test_a_one_time_code_of_staff_works_once(citizen):
    secret = vault.decrypt(Account.objects.get(username="chen").totp_sealed)
    data = {"username": "chen", "password": district.PASSWORD, "totp": pyotp.TOTP(secret).now()}
    assert Client().post("/signin/staff/", data)["Location"] == "/desk/"
    assert "每个只能用一次" in words(Client().post("/signin/staff/", data))


def sent(phone):
    """Fill in the four pages; returns the key of the last page."""
    phone.post(ADDRESS, {})
    data = {k: v for k, v in district.application().items() if isinstance(v, str) and k != "item"}
    phone.post(f"{ADDRESS}facts/", data)
    return Draft.objects.get().key


def test_a_double_click_the_back_button_and_two_tabs_make_one_case(phone):
    key = sent(phone)
    first = phone.post(f"{ADDRESS}check/", {"key": key})
    again = phone.post(f"{ADDRESS}check/", {"key": key})
    assert first["Location"] == again["Location"]
    assert Matter.objects.filter(kind="case").count() == 1


def test_what_was_typed_survives_an_expired_session(phone, citizen):
    sent(phone)
    data = {k: v for k, v in district.application(subject="新店名").items() if isinstance(v, str)}
    phone.logout()
    answer = phone.post(f"{ADDRESS}facts/", data)
    assert answer["Location"].startswith("/signin/?next=")
    phone.post("/signin/", {"phone": "13900139001", "ask": "1"})
    kept = phone.session["kept_form"]
    assert kept["data"]["subject"] == ["新店名"]
    phone.force_login(citizen, "tongban.kernel.people.signin.PhoneBackend")
    session = phone.session
    session["kept_form"] = kept
    session.save()
    assert "新店名" in words(phone.get(f"{ADDRESS}facts/"))


def upload(phone, name, content):
    phone.post(f"/apply/{district.ITEM}/", {"q1": "否", "q2": "否", "q3": "否"})
    material = district.item(district.ITEM).current.materials.get(name="食品经营场所平面图")
    file = SimpleUploadedFile(name, content, "image/jpeg")
    return phone.post(f"/apply/{district.ITEM}/materials/", {f"file-{material.pk}": file})


def test_files_of_the_wrong_type_are_told_by_name_and_nothing_is_kept(phone):
    before = StoredFile.objects.count()
    answer = upload(phone, "图.jpg", b"MZ\x90\x00" + b"\x00" * 300)
    assert answer.status_code == 422
    assert "文件“图.jpg”不是可接受的类型，请上传 PDF、JPG、PNG" in words(answer)
    assert "是空的" in words(upload(phone, "空.jpg", b""))
    assert StoredFile.objects.count() == before
    assert list(root().glob("taking-*")) == []


def test_a_file_over_the_limit_is_cut_off_while_it_arrives(phone):
    before = StoredFile.objects.count()
    answer = upload(phone, "大.jpg", picture() + b"\x00" * (LARGEST_BYTES + 10))
    assert answer.status_code == 422
    assert "文件“大.jpg”超过 20 MB" in words(answer)
    assert StoredFile.objects.count() == before


def test_two_gigabytes_are_refused_before_they_are_read(phone):
    answer = phone.generic(
        "POST", "/verify/", b"", "multipart/form-data; boundary=x", CONTENT_LENGTH=str(2 * 2**30)
    )
    assert answer.status_code == 413
    assert "一个文件最大 20 MB" in words(answer)


def test_a_name_that_climbs_out_of_the_folder_is_only_a_name(phone):
    answer = upload(phone, "../../etc/passwd.jpg", picture())
    assert answer.status_code == 200
    assert Upload.objects.get().name == "passwd.jpg"
    assert safe_name("..\\..\\a\x00b\n.pdf") == "ab.pdf"
    assert safe_name("/") == "未命名"


def test_nobody_else_may_use_or_read_an_upload(phone, citizen):
    upload(phone, "图.jpg", picture())
    stranger = district.shopkeeper("王芳", "440801198501010026", "13900139002")
    from tongban.kernel.procedures.refusals import Invalid

    answers = {"经营场所是否租赁": "否", "是否网络经营": "否", "是否由他人代办": "否"}
    uploads = {"食品经营场所平面图": str(Upload.objects.get().pk)}
    with pytest.raises(Invalid, match="文件没有找到，请重新上传"):
        district.applied(stranger, item=district.ITEM, answers=answers, uploads=uploads)


def test_ten_megabytes_of_words_are_refused(phone):
    phone.post(ADDRESS, {})
    answer = phone.post(f"{ADDRESS}facts/", {"subject": "长" * 5_000_000})
    assert answer.status_code == 400
    assert "内容过大" in words(answer)
    answer = phone.post(f"{ADDRESS}facts/", {"subject": "长" * 500})
    assert answer.status_code == 422
    assert "长长长" in words(answer)


def test_an_unknown_situation_is_refused_with_its_options(phone):
    answer = phone.post(f"/apply/{district.ITEM}/", {"q1": "也许", "q2": "否", "q3": "否"})
    assert answer.status_code == 422
    assert "请选择是、否中的一项" in words(answer)
    assert phone.get("/apply/0000/").status_code == 404


def test_a_step_not_allowed_any_more_says_who_did_what_when(clerk, citizen):
    matter = district.applied(citizen)
    take(Handling.accept, matter, district.person("luo"), key="first")
    answer = clerk.post(
        f"/desk/case/{matter.number}/step/accept/", {"key": "second", "version": "1"}
    )
    assert answer.status_code == 409
    assert "罗芳 已办“受理”，现为“审查”，请刷新后再看" in words(answer)


def test_what_a_clerk_typed_stays_when_the_form_is_wrong(clerk, citizen):
    matter = district.applied(citizen)
    path = f"/desk/case/{matter.number}/step/request_corrections/"
    answer = clerk.post(path, {"corrections": "", "key": "k"})
    assert answer.status_code == 422
    assert "请填写“需要补正的全部内容”" in words(answer)
    answer = clerk.post(path, {"corrections": "补" * 1001, "key": "k"})
    assert "补补补" in words(answer)


def test_a_clock_set_back_is_named_with_the_cure(clerk, citizen, monkeypatch):
    matter = district.applied(citizen, at=timezone.now() + timedelta(hours=2))
    answer = clerk.post(f"/desk/case/{matter.number}/step/accept/", {"key": "k"})
    assert answer.status_code == 409
    assert "请管理员校准时钟（tongban doctor）后重试" in words(answer)


def test_a_database_that_is_away_gets_a_page_and_nothing_is_half_done(clerk, citizen, monkeypatch):
    matter = district.applied(citizen)

    def away(*arguments, **keywords):
        raise OperationalError("the connection is closed")

    with monkeypatch.context() as patch:
        patch.setattr(views, "take", away)
        patch.setattr("django.db.backends.base.base.BaseDatabaseWrapper.close", lambda self: None)
        answer = clerk.post(f"/desk/case/{matter.number}/step/accept/", {"key": "k"})
    assert answer.status_code == 503
    assert "刚才的操作没有生效" in words(answer)
    matter.refresh_from_db()
    assert matter.state == "submitted"


def test_personal_data_is_masked_and_its_reading_needs_a_purpose_and_is_logged(clerk, citizen):
    matter = district.applied(citizen)
    path = f"/desk/case/{matter.number}/"
    page = words(clerk.get(path))
    assert "李*明" in page
    assert "李小明" not in page
    assert "13900139001" not in page
    assert clerk.post(f"{path}unmask/", {"purpose": ""}).status_code == 422
    assert AccessLog.objects.count() == 0
    assert "13900139001" in words(clerk.post(f"{path}unmask/", {"purpose": "电话核实地址"}))
    entry = AccessLog.objects.get()
    assert (entry.reader.username, entry.subject) == ("chen", citizen.applicant)


def test_an_exported_cell_never_runs_as_a_formula(clerk, citizen):
    from openpyxl import load_workbook

    matter = district.applied(citizen)
    Matter.objects.filter(pk=matter.pk).update(title="=cmd|' /C calc'!A0")
    answer = clerk.get("/desk/case/?export=xlsx")
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet.cell(2, 2).value == "'=cmd|' /C calc'!A0"
    assert sheet.cell(2, 2).data_type == "s"


@pytest.mark.parametrize(
    "path", ["/nowhere/", "/desk/nothing/", "/my/SC20260101-0001-1/", "/track/XXXX/"]
)
def test_what_is_not_there_gets_a_page_in_chinese(clerk, phone, path):
    for client in (clerk, phone):
        answer = client.get(path)
        assert answer.status_code in (403, 404)
        assert "<h1>" in words(answer)


def test_every_page_forbids_foreign_and_inline_script(phone):
    answer = phone.get("/")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "<script>" not in words(answer)
    assert " style=" not in words(answer)
    assert answer["X-Frame-Options"] == "DENY"


def test_a_forged_form_is_refused(citizen):
    client = Client(enforce_csrf_checks=True)
    client.force_login(citizen, "tongban.kernel.people.signin.PhoneBackend")
    answer = client.post(f"{ADDRESS}check/", {"key": "x"})
    assert answer.status_code == 403
    assert "页面已过期" in words(answer)


def test_brackets_nested_without_end_are_no_message():
    assert json_object("[" * 100_000) is None and mapping('{"a":' * 100_000) == {}
    assert json_object(b'{"a": [1]}') == {"a": [1]} and json_object("[1]") is None


def test_the_api_tells_a_repeated_and_a_stale_write_apart(citizen):
    from tongban.kernel.people.apikeys import new_key

    matter = district.applied(citizen)
    chen = Account.objects.get(username="chen")
    headers = {"authorization": f"Bearer {new_key(chen, 'test', timezone.now())}"}
    client = Client(headers=headers)

    def accept(**more):
        return client.post(
            f"/api/v1/case/{matter.number}/accept/", "{}", "application/json", headers=more
        )

    tag = client.get(f"/api/v1/case/{matter.number}/")["ETag"]
    assert accept().status_code == 422
    first = accept(**{"idempotency-key": "key-00001", "if-match": tag})
    again = accept(**{"idempotency-key": "key-00001", "if-match": tag})
    assert first.status_code == again.status_code == 200
    assert first.json()["event"] == again.json()["event"]
    assert accept(**{"idempotency-key": "key-00002", "if-match": tag}).status_code == 412
    stale = accept(**{"idempotency-key": "key-00003"})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale")
    assert (
        client.get(
            f"/api/v1/case/{matter.number}/", headers={"if-none-match": first["ETag"]}
        ).status_code
        == 304
    )
    assert json.loads(client.get("/api/openapi.json").content)["openapi"].startswith("3.1")
