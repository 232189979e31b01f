"""An outside database that is away for ten seconds: said so, nothing half done, then it goes on."""

import time

import httpx

from tests.house import empty_folder, free_port, running
from tests.walk.conftest import District
from tongban.runtime.folder import Folder
from tongban.runtime.postgres import Postgres

AWAY_SECONDS = 10
NUMBER = "from tongban.kernel.procedures.models import Matter;"
NUMBER += "rows = Matter.objects.filter(kind='case', state='submitted');"
# The one whose term ends last: silence will not speak while the outage lasts.
NUMBER += "print(rows.order_by('-act_on', '-pk').first().number)"
COUNT = "from tongban.kernel.ledger.models import Event;"
COUNT += "print(Event.objects.filter(matter__number='{}', step='accept').count())"


def test_ten_seconds_without_a_database_lose_and_double_nothing():
    with empty_folder("outside") as outside, empty_folder("house") as own:
        server = Postgres(_prepared(outside))
        server.start()
        port = free_port()
        try:
            with running(own, port, DATABASE_URL=server.url()):
                _walk(server, District(own, port))
        finally:
            server.stop("immediate")


def _prepared(path):
    folder = Folder(path)
    folder.prepare()
    return folder


def _walk(server, district):
    district.variables = {"DATABASE_URL": server.url()}
    key = district.command("api-key", "add", "chen", "--purpose", "test")
    number = district.shell(NUMBER)
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": "outage-0001"}
    path = f"/api/v1/case/{number}/accept/"
    with httpx.Client(base_url=district.address, timeout=20) as client:

        def accept():
            return client.post(path, headers=headers, json={})

        assert client.get("/").status_code == 200
        server.stop()
        gone, told = time.monotonic(), []
        while time.monotonic() - gone < AWAY_SECONDS:
            told.append(client.get("/"))
            refused = accept()
            assert refused.status_code == 503
            assert refused.json()["code"] == "unavailable"
            assert refused.headers["content-type"] == "application/problem+json"
            time.sleep(0.5)
        assert {answer.status_code for answer in told} == {503}
        assert all("刚才的操作没有生效" in answer.text for answer in told)
        server.start()
        end = time.monotonic() + 20
        while (answer := accept()).status_code == 503 and time.monotonic() < end:
            time.sleep(0.2)
        assert answer.status_code == 200, answer.text
        assert accept().json()["event"] == answer.json()["event"]
        assert client.get("/").status_code == 200
    assert district.shell(COUNT.format(number)) == "1"
