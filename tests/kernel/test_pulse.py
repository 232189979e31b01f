"""Heartbeats before Django: one statement a moment, and nobody waits for somebody else's fault."""

import asyncio
import json
import time
from datetime import UTC, datetime

import pytest

from tests import district
from tongban.kernel.devices.models import Device
from tongban.kernel.devices.pulse import MOMENT, PATH, Pulse
from tongban.kernel.devices.tokens import digest
from tongban.kernel.units.models import Unit

pytestmark = pytest.mark.django_db(transaction=True)


class Counted(Pulse):
    """Its statements by how many beats each wrote; what it leaves to the application is 299."""

    def __init__(self, address):
        super().__init__(self._long_road, address)
        self.statements = []

    async def _long_road(self, scope, receive, send):
        body = (await receive()).get("body")
        await send({"type": "http.response.start", "status": 299, "headers": []})
        await send({"type": "http.response.body", "body": body or b""})

    async def _execute(self, beats):
        self.statements.append(len(beats))
        return await super()._execute(beats)


@pytest.fixture
def devices():
    district.load()
    unit = Unit.objects.get(code="ZS")
    return Device.objects.bulk_create(
        Device(code=f"P{n}", kind="kiosk", name=f"机{n}", unit=unit, token=digest(f"t{n}"))
        for n in range(8)
    )


def message(token, told=b"{}", *, wait=0.0, kind="http.request", scheme="Device"):
    """As a device sends it; `wait`: seconds by which its body comes late."""
    headers = [(b"authorization", f"{scheme} {token}".encode())]
    return {"type": "http", "method": "POST", "path": PATH, "headers": headers}, told, wait, kind


def said(messages, address=None):
    """(status, body, seconds) of each, all sent at once; and the statements that wrote them."""
    pulse = Counted(address or district.address())

    async def say(scope, told, wait, kind):
        answer = []
        began = time.monotonic()

        async def receive():
            await asyncio.sleep(wait)
            if kind == "breaks":
                raise OSError("connection reset")
            return {"type": kind, "body": told, "more_body": False}

        async def send(sent):
            answer.append(sent)

        await pulse(scope, receive, send)
        return answer[0]["status"], answer[1]["body"], time.monotonic() - began

    async def minute():
        said = await asyncio.gather(*(say(*one) for one in messages), return_exceptions=True)
        if pulse.connection is not None:
            await pulse.connection.close()
        return said

    return asyncio.run(minute()), pulse.statements


def test_those_of_one_moment_are_written_by_one_statement_and_each_is_answered(devices):
    now = datetime.now(UTC)
    told = json.dumps({"sent": now.isoformat(), "health": {"paper": "low"}}).encode()
    answers, statements = said([message(f"t{n}", told) for n in range(8)])
    assert [(status, json.loads(body)) for status, body, _ in answers] == [
        (200, {"round": 0, "counter": 0})
    ] * 8
    assert statements == [8]
    heard = Device.objects.filter(code__startswith="P", seen_at__gte=now)
    assert {device.health["paper"] for device in heard} == {"low"} and len(heard) == 8
    assert {device.skew for device in heard} == {0}, "a clock is compared when its message comes"


def test_an_odd_message_goes_the_long_road_and_the_others_of_its_moment_are_answered(devices):
    odd = [
        message("t1", b"{not json"),
        message("t1", b"[]"),
        message("t1", b"\xff\xfe"),
        message("t1", b"{}" + b" " * 9_000),
        message("nobody"),
        message("t1", scheme="Bearer"),
        message("t1", kind="http.disconnect"),
        message("t1", b"[" * 8_000),  # deeper than anything can be read
    ]
    answers, statements = said([message("t0"), *odd, message("t2"), message("t3", kind="breaks")])
    assert [status for status, _, _ in answers[:-1]] == [200] + [299] * len(odd) + [200]
    assert isinstance(answers[-1], OSError)
    assert answers[1][1] == b"{not json", "the application reads the same message again"
    assert statements == [3]  # with the token that is nobody's
    seen = Device.objects.exclude(seen_at=None).values_list("code", flat=True)
    assert set(seen) == {"P0", "P2"}


def test_nobody_waits_for_a_message_that_comes_in_slowly(devices):
    answers, statements = said([message("t0"), message("t1", wait=1.5), message("t2")])
    assert [status for status, _, _ in answers] == [200] * 3
    assert statements == [2, 1]
    assert answers[0][2] < MOMENT + 1 < MOMENT + 1.5 < answers[1][2]


def test_without_a_database_the_application_answers(devices):
    answers, _statements = said([message("t0")], "postgresql://nobody@127.0.0.1:1/none")
    assert answers[0][0] == 299
