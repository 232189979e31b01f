"""Devices: let in once, heard of, missed; their journals are applied exactly once."""

import json
import random
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests import district
from tongban.kernel.devices import heartbeat, journal, silence
from tongban.kernel.devices.enrolling import invite
from tongban.kernel.devices.models import Device, Entry, Silence, Uptime
from tongban.kernel.procedures.refusals import NotNow
from tongban.kernel.procedures.taking import CHINA
from tongban.kernel.units.models import Unit

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 9, 28, 12, 0, tzinfo=CHINA)
done = []


@journal.entry("test_note")
def note(device, data, at, key):
    if data.get("bad"):
        raise NotNow("不行")
    done.append((key, at))
    return {"echo": data["text"]}


@pytest.fixture
def device(db):
    district.load()
    done.clear()
    return Device.objects.create(
        code="KS99", kind="kiosk", name="调文村", unit=Unit.objects.get(code="ZS")
    )


def say(path, token="", **told):
    headers = {"HTTP_AUTHORIZATION": f"Device {token}"} if token else {}
    return Client().post(
        f"/device/v1/{path}/", json.dumps(told), content_type="application/json", **headers
    )


def enrolled(device):
    code = invite(device, timezone.now())
    answer = say("enrol", code=code, software="1.0")
    assert answer.status_code == 200
    return answer.json()["token"]


def test_a_code_lets_in_once_and_not_after_its_time(device):
    code = invite(device, timezone.now())
    token = say("enrol", code=code.lower()).json()["token"]
    assert say("enrol", code=code).status_code == 401
    assert say("heartbeat", token).status_code == 200
    late = invite(device, timezone.now() - timedelta(hours=25))
    assert say("enrol", code=late).status_code == 401
    assert say("heartbeat", token).status_code == 401  # the new code ended the old token
    assert say("enrol", code="").status_code == 401
    device.refresh_from_db()
    assert token not in (device.token or "") and device.token is None


def test_what_is_no_message_is_refused(device):
    token = enrolled(device)
    for body in ("[]", "not json", "x" * 600_000, "[" * 100_000):
        answer = Client().post(
            "/device/v1/journal/",
            body,
            content_type="application/json",
            HTTP_AUTHORIZATION=f"Device {token}",
        )
        assert answer.status_code == 400
    for entries in (7, [{"counter": "1"}], [{"counter": True}], [{"counter": -1}], [[]]):
        assert say("journal", token, entries=entries).status_code == 400
    assert say("journal", "nobody", entries=[]).status_code == 401
    assert not Entry.objects.exists()


def test_minutes_of_a_day_are_counted_once_each_and_the_clock_is_compared(device):
    token = enrolled(device)
    for seconds in (0, 20, 40, 61, 130):
        at = NOON + timedelta(seconds=seconds)
        told = {"health": {"paper": "低"}, "sent": (at + timedelta(days=1)).isoformat()}
        assert heartbeat.beat(token, told, at) == (0, 0)
    assert Uptime.objects.get().minutes == 3
    device.refresh_from_db()
    assert device.health == {"paper": "低"} and device.skew == 86400
    assert heartbeat.beat("nobody", {}, NOON) is None


def test_silence_in_opening_hours_is_noticed_once_until_it_speaks(device):
    token = enrolled(device)
    heartbeat.beat(token, {}, NOON)
    assert silence.notice_silence(NOON + timedelta(minutes=9)) == []
    assert len(silence.notice_silence(NOON + timedelta(minutes=11))) == 1
    assert silence.notice_silence(NOON + timedelta(minutes=30)) == []
    heartbeat.beat(token, {}, NOON + timedelta(minutes=40))
    assert Silence.objects.get().ended_at == NOON + timedelta(minutes=40)
    assert silence.notice_silence(NOON + timedelta(hours=9)) == []  # closed by then


class Machine:
    """A device whose network is cut at random: before the message arrives, or before the answer."""

    def __init__(self, token, seed, wrong_by):
        self.token, self.source, self.wrong_by = token, random.Random(seed), wrong_by
        self.counter, self.journal, self.saved, self.cuts = 0, [], 0, 0
        self.history = []

    def now(self):
        return timezone.now() + self.wrong_by

    def write(self, text, **data):
        self.counter += 1
        line = {"counter": self.counter, "kind": "test_note", "at": self.now().isoformat()}
        self.journal.append(line | {"data": {"text": text, **data}})
        self.history.append(self.journal[-1])

    def send(self, entries, cut):
        if cut == "before":
            self.cuts += 1
            return
        answer = say("journal", self.token, sent=self.now().isoformat(), entries=entries)
        assert answer.status_code == 200
        if cut == "after":
            self.cuts += 1
            return
        self.saved = answer.json()["saved"]
        assert Entry.objects.filter(counter=self.saved).exists()  # never called saved before
        self.journal = [line for line in self.journal if line["counter"] > self.saved]


def test_fifty_cuts_three_replays_and_a_clock_a_day_wrong_change_nothing(device):
    machine = Machine(enrolled(device), 50, timedelta(days=1))
    began = timezone.now()
    while machine.cuts < 50:
        machine.write(f"事{machine.counter}", bad=machine.counter % 10 == 9)
        machine.send(machine.journal, machine.source.choice(("before", "after", "after", "no")))
    machine.send(machine.journal, "no")
    total = machine.counter
    for _ in range(3):
        machine.send(machine.history[:200], "no")
    assert Entry.objects.count() == total and machine.saved == total
    assert len(done) == len({key for key, _at in done}) == total - total // 10
    assert Entry.objects.filter(refused=True).count() == total // 10
    assert all(began - timedelta(seconds=2) <= at <= timezone.now() for _key, at in done)
    device.refresh_from_db()
    assert device.counter == total


def test_entries_behind_a_gap_wait_for_what_is_missing(device):
    machine = Machine(enrolled(device), 1, timedelta())
    for n in range(3):
        machine.write(f"{n}")
    first, second, third = machine.journal
    answer = say("journal", machine.token, entries=[first, third]).json()
    assert answer["saved"] == 1 and list(answer["results"]) == ["1"]
    answer = say("journal", machine.token, entries=[second, third]).json()
    assert answer["saved"] == 3
    assert answer["results"]["3"] == {"refused": False, "echo": "2"}


def test_an_unknown_entry_is_saved_as_refused_and_holds_nothing_up(device):
    token = enrolled(device)
    lines = [{"counter": 1, "kind": "nothing", "data": {}}, {"counter": 2, "kind": "test_note"}]
    lines.append({"counter": 3, "kind": "test_note", "data": {"text": "好"}, "at": "gestern"})
    answer = say("journal", token, entries=lines).json()
    assert answer["saved"] == 3
    assert [answer["results"][n]["refused"] for n in ("1", "2", "3")] == [True, True, False]
