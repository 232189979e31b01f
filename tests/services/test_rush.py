"""The door of the rush: as many inside as there are places, everybody else told at once."""

import asyncio
import re
import time
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.utils import timezone

from tests import district
from tongban.kernel.procedures.refusals import NotNow
from tongban.services.booking.places import take_places
from tongban.services.booking.rush import FULL, Answer, Door

pytestmark = pytest.mark.django_db(transaction=True)


class House:
    """An application that takes a while for each press, and books; and what books sets, which
    leaves them to the application unless it books."""

    def __init__(self, slot, status=302, pause=0.0):
        self.slot, self.status, self.served, self.sets = slot, status, 0, []
        self.pause = pause

    def book(self, presses):
        self.sets.append(len(presses))
        if self.status != 302:
            return [None] * len(presses)
        time.sleep(0.02)
        answers = [Answer("/booked/") if self._take() else FULL for _ in presses]
        self.served += answers.count(Answer("/booked/"))
        time.sleep(self.pause)  # between the places being taken and the answer
        return answers

    async def __call__(self, scope, receive, send):
        await asyncio.sleep(0.02)
        status = self.status
        if status == 302 and not await asyncio.to_thread(self._take):
            status = 409
        self.served += status == self.status
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    def _take(self):
        try:
            take_places(self.slot, "online", 1, timezone.now())
        except NotNow:
            return False
        finally:
            connection.close()
        return True


async def press(door, slot, cookie=b"", path="/book/", body=""):
    """As the page of slots sends it."""
    told = []
    scope = {"type": "http", "method": "POST", "path": path}
    scope["headers"] = [(b"cookie", cookie)]
    began = time.monotonic()

    async def send(message):
        told.append(message)

    async def receive():
        sent = body or f"csrfmiddlewaretoken=x&key=k&people=1&slot={slot}"
        return {"type": "http.request", "body": sent.encode(), "more_body": False}

    await door(scope, receive, send)
    return told[0]["status"], told[1]["body"], time.monotonic() - began


def rush(slot, people, house, *, known=True):
    door = Door(house, house.book, district.address())

    async def day():
        if known:
            door._pressed(slot.pk)
            while not door.hot[slot.pk].known:
                await asyncio.sleep(0.01)
        answers = await asyncio.gather(*(press(door, slot.pk) for _ in range(people)))
        await asyncio.sleep(0.25)
        later = await press(door, slot.pk, b"django_language=en")
        door.looking.cancel()
        return answers, later

    return asyncio.run(day())


def test_who_comes_behind_as_many_as_there_are_places_is_told_without_waiting():
    district.load()
    slot, house = district.slot(5), House(None)
    house.slot = slot
    answers, later = rush(slot, 40, house)
    assert [status for status, _, _ in answers].count(302) == house.served == 5
    refused = [(body.decode(), took) for status, body, took in answers if status == 409]
    assert len(refused) == 35 and all("刚刚约满" in words for words, _ in refused)
    assert max(took for _, took in refused) < 0.5
    assert later[0] == 409 and b"has just become full" in later[1]


def test_nobody_is_refused_before_it_is_known_how_many_are_left():
    district.load()
    slot, house = district.slot(3), House(None)
    house.slot = slot
    answers, _later = rush(slot, 10, house, known=False)
    assert [status for status, _, _ in answers].count(302) == 3


def test_a_place_that_somebody_inside_did_not_take_is_offered_again():
    district.load()
    slot, house = district.slot(2), House(None, status=409)
    house.slot = slot
    answers, later = rush(slot, 6, house)
    assert house.served >= 3 and later[0] == 409  # it asked the application: a place is left
    assert len(answers) == 6


def test_a_place_taken_is_not_counted_twice_when_a_look_has_seen_it_already():
    """Or people are told that a slot is full which is not: once those of a whole set."""
    district.load()
    slot = district.slot(4)
    house = House(slot, pause=0.25)
    door = Door(house, house.book, district.address())

    async def day():
        first = await asyncio.gather(*(press(door, slot.pk) for _ in range(3)))
        last = await press(door, slot.pk)
        door.looking.cancel()
        return [status for status, _, _ in (*first, last)]

    assert asyncio.run(day()) == [302] * 4
    assert house.sets == [2]  # its share; the others one by one


def test_two_processes_do_not_work_in_vain_for_the_same_places():
    """Each lets in half of what is left at a time: beyond the places only what both are at."""
    district.load()
    slot = district.slot(32)
    houses = [House(slot), House(slot)]
    doors = [Door(house, house.book, district.address()) for house in houses]

    async def day():
        answers = await asyncio.gather(*(press(door, slot.pk) for door in doors for _ in range(60)))
        for door in doors:
            door.looking.cancel()
        return [status for status, _, _ in answers]

    statuses = asyncio.run(day())
    assert statuses.count(302) == 32 and statuses.count(409) == 88
    assert sum(sum(house.sets) for house in houses) <= 32 + 8


def test_without_the_database_everybody_is_let_in():
    district.load()
    slot = district.slot(1)
    house = House(slot, status=200)
    door = Door(house, house.book, "postgresql://nobody@127.0.0.1:1/none")

    async def day():
        return await asyncio.gather(*(press(door, slot.pk) for _ in range(4)))

    assert [status for status, _, _ in asyncio.run(day())] == [200] * 4


def test_the_form_of_the_page_is_what_the_door_reads(client):
    """What a browser sends from the page itself, for a group and for one's own case."""
    district.load()
    slot, me = district.slot(1), district.shopkeeper()
    take_places(slot, "online", 1, timezone.now())
    free = district.slot(1, at=slot.begins_at + timedelta(minutes=30))
    client.force_login(me, "tongban.kernel.people.signin.StaffBackend")
    matter = district.applied(me)
    for page in ("/book/", f"/my/{matter.number}/book/"):
        told = client.get(page, {"group": "SC"} if page == "/book/" else {}).content.decode()
        form = next(f for f in re.findall(r"<form.*?</form>", told, re.S) if 'name="slot"' in f)
        assert form.startswith('<form method="post">')  # to its own address
        fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
        name = re.search(rf'type="radio" name="(\w+)" value="{free.pk}"', form)[1]
        told = _sent(slot, page, fields | {"people": 1, name: slot.pk})
        assert told == (409, 0)  # by the door itself
        waved = _sent(slot, page, fields | {name: f"{slot.pk}:wave"})
        assert waved == (409, 1)  # a wave place is the application's own affair


def _sent(slot, page, fields):
    """The answer, and how many reached the application."""
    house = House(slot, status=409)
    door = Door(house, house.book, district.address())

    async def day():
        status, _body, _took = await press(door, slot.pk, path=page, body=urlencode(fields))
        if door.looking:
            door.looking.cancel()
        return status, house.served

    return asyncio.run(day())
