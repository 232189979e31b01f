"""Chinese first, English complete."""

import re
import sys
from pathlib import Path

import pytest
from django.test import Client

from tests import district
from tongban.kernel.people.models import Account

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))
import messages

CHINESE = re.compile(r"[一-鿿]")
FRAME = re.compile(r"<(button|th|label|legend|h1|h2|dt|option)\b[^>]*>(.*?)</\1>", re.S)
FROM_DATA = ("食品", "湛江", "东简", "登记", "中文", "街道", "硇洲", "市场", "我要", "是否")
ANSWERS = ("是", "否")


def test_every_message_has_its_english():
    assert messages.missing(messages.updated()) == []


def test_the_compiled_catalogue_is_the_one_of_the_sources():
    assert (messages.FOLDER / "django.mo").read_bytes() == messages.compiled(messages.updated())


@pytest.mark.django_db
def test_no_chinese_is_left_in_the_frame_of_an_english_page():
    district.load()
    citizen = district.shopkeeper()
    matter = district.applied(citizen)
    pages = {
        "chen": ["/desk/", "/desk/case/", f"/desk/case/{matter.number}/", "/hall/counter/"],
        "leader": ["/reports/", "/reports/cases_received/", "/reports/cases_received/rows/"],
        "": ["/", f"/items/{district.ITEM}/", "/signin/", "/signin/staff/", "/verify/"],
        citizen.username: ["/my/", f"/my/{matter.number}/", f"/my/{matter.number}/book/"],
    }
    left = []
    for username, paths in pages.items():
        client = Client(headers={"accept-language": "en"})
        if username:
            account = Account.objects.get(username=username)
            client.force_login(account, "tongban.kernel.people.signin.StaffBackend")
        for path in paths:
            answer = client.get(path)
            assert answer.status_code == 200, path
            for _, words in FRAME.findall(answer.content.decode()):
                plain = re.sub(r"<[^>]+>", "", words)
                known = plain.strip() in ANSWERS or any(word in plain for word in FROM_DATA)
                if CHINESE.search(plain) and not known:
                    left.append((path, plain.strip()))
    assert left == []
