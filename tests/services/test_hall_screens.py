"""Screens of the hall: paired by a code, each shows or takes what it is for."""

import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests import district
from tongban.kernel.people.models import Account
from tongban.kernel.procedures.refusals import NotNow
from tongban.kernel.procedures.taking import CHINA, take
from tongban.services.evaluation.models import Evaluation
from tongban.services.hall import here, queue
from tongban.services.hall.models import Counter, Screen, Serving, Ticket
from tongban.services.hall.procedure import Queueing
from tongban.services.hall.screens import quiet

from .test_booking import acting, book, citizen

pytestmark = pytest.mark.django_db
BACKEND = "tongban.kernel.people.signin.StaffBackend"


@pytest.fixture
def zhou(db):
    district.load()
    client = Client()
    client.force_login(Account.objects.get(username="zhou"), BACKEND)
    return client


def paired(zhou, kind, **more):
    """A browser that was paired the way it is done in the hall."""
    browser = Client()
    code = re.search(r"pair-code\">(\d{6})<", browser.get("/hall/screen/").content.decode())[1]
    told = {"code": code, "name": f"{kind}屏", "kind": kind, "voice": "on", **more}
    answer = zhou.post("/desk/hall/", told)
    assert answer.status_code == 302, answer.content.decode()
    return browser


def test_a_screen_shows_its_code_until_it_is_paired_and_is_managed_from_the_page(zhou):
    browser = paired(zhou, "board")
    assert "大厅叫号" in browser.get("/hall/screen/").content.decode()
    wrong = zhou.post("/desk/hall/", {"code": "000000", "name": "x", "kind": "board"})
    assert wrong.status_code == 422 and "没有屏幕正在显示这个码" in wrong.content.decode()
    screen = Screen.objects.get()
    part = {"HTTP_HX_REQUEST": "true"}
    assert "HX-Refresh" not in browser.get("/hall/screen/?round=0", **part)
    zhou.post(f"/desk/hall/screens/{screen.pk}/", {"act": "reload"})
    assert browser.get("/hall/screen/?round=0", **part)["HX-Refresh"] == "true"
    number = Counter.objects.filter(unit__code="SC")[0]
    moved = {"name": "三号屏", "kind": "counter", "counter": number.pk, "voice": "on"}
    zhou.post(f"/desk/hall/screens/{screen.pk}/", moved)
    assert f"{number.number} 号窗口" in browser.get("/hall/screen/").content.decode()
    Screen.objects.update(seen_at=timezone.now() - timedelta(minutes=9))
    assert "后无响应" in zhou.get("/desk/hall/").content.decode()
    zhou.post(f"/desk/hall/screens/{screen.pk}/", {"act": "remove"})
    assert "配对码" in browser.get("/hall/screen/").content.decode()


def test_a_walk_in_draws_at_the_machine_and_only_there(zhou):
    assert Client().post("/hall/screen/draw/", {"group": "SC", "key": "k"}).status_code == 409
    machine = paired(zhou, "machine")
    page = machine.get("/hall/screen/").content.decode()
    assert 'value="SC"' in page and "等候 0 人" in page
    told = machine.post("/hall/screen/draw/", {"group": "SC", "key": "k"}).content.decode()
    ticket = Ticket.objects.get()
    assert ticket.label in told and ticket.source == "walk_in" and ticket.priority == 2
    machine.post("/hall/screen/draw/", {"group": "SC", "key": "k"})
    assert Ticket.objects.count() == 1  # the same press


def test_an_id_number_finds_the_booking_of_today_and_the_elderly(zhou):
    machine = paired(zhou, "machine")
    me = citizen()
    now = timezone.localtime(timezone.now(), CHINA)
    slot = district.slot(at=now + timedelta(minutes=5))
    if slot.begins_at.astimezone(CHINA).date() != now.date():
        pytest.skip("midnight")
    book(me, slot)
    told = {"group": "GA", "key": "k", "id_number": me.applicant.id_number}
    assert machine.post("/hall/screen/draw/", told).status_code == 200
    assert Ticket.objects.get().booked and Ticket.objects.get().group.code == "SC"
    number = district.people.with_check("44080119500101002")
    district.shopkeeper("陈伯", number, "13900139777")
    machine.post("/hall/screen/draw/", {"group": "SC", "key": "e", "id_number": number})
    assert Ticket.objects.latest("pk").reason == "elderly"


def test_a_phone_draws_only_with_the_code_of_the_board_and_stands_once(zhou, client):
    me = citizen()
    client.force_login(me, BACKEND)
    assert client.get("/hall/here/0123456789abcdef/").status_code == 409
    afar = {"group": "SC", "reason": "urgent"}
    with pytest.raises(NotNow, match="请扫描大厅屏幕"):
        take(Queueing.draw, None, acting(me), afar, key="afar")
    address = here.address(timezone.now())
    with pytest.raises(NotNow, match="只能取普通号"):
        told = afar | {"here": address.split("/")[3]}
        take(Queueing.draw, None, acting(me), told, key="first")
    assert not here.is_valid(address.split("/")[3], timezone.now() + timedelta(minutes=11))
    first = client.post(address, {"group": "SC", "key": "a"})
    again = client.post(address, {"group": "GA", "key": "b"})
    assert first["Location"] == again["Location"] and Ticket.objects.get().source == "phone"
    page = Client().get(first["Location"]).content.decode()
    assert Ticket.objects.get().label in page and "下一个就是您" in page


def test_who_was_served_judges_at_the_device_of_the_counter(zhou):
    counter = Counter.objects.filter(unit__code="SC")[0]
    device = paired(zhou, "evaluation", counter=counter.pk)
    assert "请您评价" not in device.get("/hall/screen/").content.decode()
    chen, now = district.person("chen"), timezone.now() - timedelta(minutes=2)
    take(Queueing.draw, None, queue.HALL_MACHINE, {"group": "SC"}, key="d", at=now)
    served = queue.call_next(counter, chen, "c", now + timedelta(seconds=1))
    take(Queueing.finish, served.number, chen, key="f", at=now + timedelta(seconds=2))
    assert "请您评价" in device.get("/hall/screen/").content.decode()
    assert "谢谢" in device.post("/hall/screen/judge/", {"level": "4", "key": "j"}).content.decode()
    assert Evaluation.objects.get().level == 4
    assert "请您评价" not in device.get("/hall/screen/").content.decode()


def test_a_counter_gets_its_lines_and_weights_on_the_halls_page(zhou):
    counter = Counter.objects.filter(unit__code="SC")[0]
    told = {"kind": "comprehensive", "groups": ["SC", "GA"], "first": "GA"}
    assert zhou.post(f"/desk/hall/counters/{counter.number}/", told).status_code == 302
    weights = Serving.objects.filter(counter=counter).values_list("group__code", "weight")
    assert dict(weights) == {"SC": 1, "GA": 2}
    counter.refresh_from_db()
    assert counter.kind == "comprehensive"


def test_the_day_is_ended_from_the_page(zhou):
    take(Queueing.draw, None, queue.HALL_MACHINE, {"group": "SC"}, key="d")
    answer = zhou.post("/desk/hall/", {"act": "end_day", "reason": "停电"}, follow=True)
    assert "已结束 1 个号" in answer.content.decode()
    assert (
        Ticket.objects.get().matter.events.get(step="end_of_day").facts["form"]["reason"] == "停电"
    )


def test_a_screen_is_quiet_at_the_hours_set():
    at = timezone.datetime(2026, 9, 28, 12, 30, tzinfo=CHINA)
    hours = {"quiet_from": at.time().replace(minute=0), "quiet_to": at.time().replace(hour=14)}
    assert quiet(Screen(voice=True, **hours), at)
    assert not quiet(Screen(voice=True, **hours), at.replace(hour=15))
    assert quiet(Screen(voice=False), at)
    night = {"quiet_from": at.time().replace(hour=22), "quiet_to": at.time().replace(hour=7)}
    assert quiet(Screen(voice=True, **night), at.replace(hour=23))


def test_the_machine_gives_numbers_alone_and_they_are_merged_once_in_their_place(zhou):
    machine = paired(zhou, "machine")
    kept = machine.post("/hall/screen/block/", "{}", content_type="application/json").json()
    labels = kept["labels"]["SC"]
    assert len(labels) == len(set(labels)) >= 10
    other = machine.post("/hall/screen/block/", "{}", content_type="application/json").json()
    assert not set(labels) & set(other["labels"]["SC"])
    now = timezone.now()
    first = take(Queueing.draw, None, queue.HALL_MACHINE, {"group": "SC"}, key="d").matter
    assert first.title not in labels
    lines = [
        {
            "counter": n + 1,
            "kind": "ticket",
            "at": (now - timedelta(minutes=9 - n)).isoformat(),
            "data": {"group": "SC", "label": labels[n], "reason": ""},
        }
        for n in range(3)
    ]
    told = json.dumps({"sent": now.isoformat(), "entries": lines})
    for _ in range(3):
        answer = machine.post("/hall/screen/journal/", told, content_type="application/json")
        assert answer.json()["saved"] == 3
    counter = Counter.objects.filter(unit__code="SC")[0]
    order = [queue.call_next(counter, district.person("chen"), f"c{n}").title for n in range(4)]
    assert order == [*labels[:3], first.title]
    assert (
        Client().post("/hall/screen/journal/", told, content_type="application/json").status_code
        == 409
    )


def test_numbers_called_aloud_are_entered_afterwards(zhou, client):
    labels = [
        take(Queueing.draw, None, queue.HALL_MACHINE, {"group": "SC"}, key=f"d{n}").matter.title
        for n in range(3)
    ]
    client.force_login(Account.objects.get(username="chen"), BACKEND)
    number = Counter.objects.filter(unit__code="SC")[0].number
    path = f"/hall/counter/{number}/by_hand/"
    page = client.post(path, {"labels": f"{labels[0]}, {labels[2].lower()} Q999"}, follow=True)
    assert "Q999：没有这个号" in page.content.decode()
    states = Ticket.objects.order_by("pk").values_list("matter__state", flat=True)
    assert list(states) == ["served", "waiting", "served"]
    client.post(path, {"labels": labels[0]})
    assert Ticket.objects.get(label=labels[0]).calls == 1


def test_a_crowd_of_unpaired_screens_is_turned_away(zhou):
    now = timezone.now()
    Screen.objects.bulk_create(
        Screen(key=f"{n}", code=f"{n:06d}", made_at=now, seen_at=now) for n in range(200)
    )
    assert Client().get("/hall/screen/").status_code == 429
