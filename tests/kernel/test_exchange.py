"""Other systems: told in order with signatures their own library checks, fetching, pushing."""

import json
import threading
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from standardwebhooks import Webhook as TheirLibrary
from standardwebhooks import WebhookVerificationError

from tests import district
from tests.services.test_counter import PERSON
from tongban.kernel.exchange.feed import after, head
from tongban.kernel.exchange.models import Delivery, ForeignNumber, Webhook
from tongban.kernel.exchange.sending import MOST_TRIES, tell_due
from tongban.kernel.exchange.signing import new_secret
from tongban.kernel.ledger.checkpoints import make_checkpoint
from tongban.kernel.people.actor import the_system
from tongban.kernel.people.apikeys import new_key
from tongban.kernel.people.models import Account
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.taking import take
from tongban.kernel.trust import vault
from tongban.services.cases.procedure import Handling

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def loaded(db):
    district.load()


@contextmanager
def department(secret, answers=lambda n: 200):
    """A department's system: keeps what its library finds genuine, answers as it is told."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.server.calls += 1
            status = answers(self.server.calls)
            if status == 200:
                heard.append(TheirLibrary(secret).verify(body, dict(self.headers.items())))
                ids.append(self.headers["webhook-id"])
            self.send_response(status)
            self.end_headers()

        def log_message(self, *args):
            pass

    heard, ids = [], []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.calls = 0
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook", heard, ids
    finally:
        server.shutdown()
        server.server_close()


def hook_of(username, address, secret, **more):
    return Webhook.objects.create(
        account=Account.objects.get(username=username),
        purpose="测试",
        address=address,
        secret_sealed=vault.encrypt(secret),
        next_at=timezone.now(),
        **{"position": head(), "kinds": [], **more},
    )


def logged():
    while make_checkpoint(timezone.now()):
        continue


@pytest.fixture
def before(db):
    logged()
    return head()


@pytest.fixture
def moved(before):
    """Three events of one case of the market bureau."""
    matter = district.applied(district.shopkeeper())
    take(Handling.pre_review, matter, district.person("chen"), {"opinion": "可以"}, key="pre-0001")
    take(Handling.accept, matter.number, district.person("chen"), key="acc-0001")
    logged()
    return Matter.objects.get(pk=matter.pk)


def test_an_address_hears_each_event_once_in_order_signed_for_its_own_library(before, moved):
    secret = new_secret()
    with department(secret) as (address, heard, ids):
        hook = hook_of("chen", address, secret, position=before)
        assert tell_due(timezone.now()) == 3 and tell_due(timezone.now()) == 0
        assert [one["type"] for one in heard] == ["case.apply", "case.pre_review", "case.accept"]
        assert [one["data"]["seq"] for one in heard] == [1, 2, 3]
        assert "李" not in json.dumps(heard, ensure_ascii=False)  # nothing personal
        Webhook.objects.filter(pk=hook.pk).update(position=before)  # they lost their data
        tell_due(timezone.now())
        assert ids[:3] == ids[3:]  # the same ids: they know what they heard before


def test_their_library_refuses_another_secret_and_a_changed_body():
    from tongban.kernel.exchange.signing import headers

    secret, now = new_secret(), timezone.now()
    signed = headers(secret, "a", now, b'{"x": 1}')
    assert TheirLibrary(secret).verify(b'{"x": 1}', signed) == {"x": 1}
    for other, body in ((new_secret(), b'{"x": 1}'), (secret, b'{"x": 2}')):
        with pytest.raises(WebhookVerificationError):
            TheirLibrary(other).verify(body, signed)


def test_a_failing_address_waits_longer_and_longer_loses_nothing_and_stops_at_last(before, moved):
    secret = new_secret()
    with department(secret, lambda n: 503 if n in (2, 3) else 200) as (address, heard, _ids):
        hook = hook_of("chen", address, secret, position=before)
        now = timezone.now()
        assert tell_due(now) == 1
        hook.refresh_from_db()
        assert (hook.tries, hook.error, hook.position) == (1, "HTTP 503", before + 1)
        assert tell_due(now) == 0  # not before its time
        first_wait = hook.next_at - now
        tell_due(now + timedelta(hours=1))
        hook.refresh_from_db()
        assert hook.next_at - now > first_wait
        tell_due(now + timedelta(hours=4))
        hook.refresh_from_db()
        assert (hook.tries, hook.position) == (0, before + 3)
        assert [one["data"]["seq"] for one in heard] == [1, 2, 3]
    Webhook.objects.update(position=before, tries=MOST_TRIES - 1)
    tell_due(now + timedelta(days=2))  # nobody answers there any more
    hook.refresh_from_db()
    assert (hook.running, hook.position) == (False, before)
    assert Delivery.objects.get(webhook=hook, status=0).error == "对方的服务没有启动（拒绝连接）"


def test_an_address_hears_only_what_its_account_may_see_and_its_kinds(before, moved):
    secret = new_secret()
    with department(secret) as (address, heard, _ids):
        hook_of("ye", address, secret, position=before)  # of another unit
        hook_of("chen", address, secret, position=before, kinds=["booking"])
        tell_due(timezone.now())
        assert heard == []
        assert set(Webhook.objects.values_list("position", flat=True)) == {head()}


def test_the_feed_misses_nothing_and_gives_nothing_twice(before, moved):
    seen, place = [], before
    while True:
        found = after(place, the_system(), [], 2)
        seen += [entry.index for entry in found.entries]
        place = found.next
        if found.end:
            break
    assert seen == list(range(before, head()))
    client, token = Client(), new_key(Account.objects.get(username="chen"), "t", timezone.now())
    answer = client.get(f"/api/v1/feed/?after={before}", headers=bearer(token)).json()
    assert [one["step"] for one in answer["items"]] == ["apply", "pre_review", "accept"]
    assert answer["end"] and answer["next"] == head()


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def pushed(token, *items, secret="", at=None, name=""):
    body = json.dumps({"items": items}).encode()
    sent = bearer(token)
    if secret:
        name, now = name or uuid4().hex, at or timezone.now()
        content = "POST /api/v1/push/\n" + body.decode()
        signature = TheirLibrary(secret).sign(name, now, content)
        sent |= {"webhook-id": name, "webhook-timestamp": str(int(now.timestamp()))}
        sent["webhook-signature"] = signature
    return Client().post("/api/v1/push/", body, "application/json", headers=sent)


def step(name, key, **more):
    return {"key": key, "kind": "case", "step": name, **more}


def test_a_department_pushes_by_its_own_number_and_may_send_all_again(db):
    chen = Account.objects.get(username="chen")
    token = new_key(chen, "市监系统", timezone.now())
    data = {**district.application(), "channel": "counter", **PERSON}
    items = [
        step("apply_at_counter", "open-0001", foreign="SJ-1", data=data),
        step("accept", "acc-00001", foreign="SJ-1"),
        step("accept", "acc-00002", foreign="SJ-2"),
    ]
    first = pushed(token, *items).json()
    assert [one["status"] for one in first["items"]] == [201, 200, 422], first
    assert (first["taken"], first["refused"]) == (2, 1)
    again = pushed(token, *items).json()
    assert again == first and ForeignNumber.objects.count() == 1
    other = step("apply_at_counter", "open-0002", foreign="SJ-1", data=data)
    refused = pushed(token, other).json()["items"][0]
    assert refused["status"] == 409 and first["items"][0]["number"] in refused["detail"]
    assert Matter.objects.filter(kind="case", foreign_numbers__isnull=False).count() == 1


def test_a_key_is_good_for_its_kinds_its_direction_and_signed_requests_alone(moved):
    chen, now, secret = Account.objects.get(username="chen"), timezone.now(), new_secret()
    reader = new_key(chen, "读", now, may_write=False)
    assert Client().get("/api/v1/case/", headers=bearer(reader)).status_code == 200
    assert pushed(reader, step("accept", "acc-00001")).status_code == 403
    other = new_key(chen, "预约", now, kinds=["booking"])
    assert Client().get("/api/v1/case/", headers=bearer(other)).status_code == 403
    answer = pushed(other, step("accept", "acc-00001")).json()["items"][0]
    assert answer["status"] == 403 and "booking" in answer["detail"]
    signed = new_key(chen, "签", now, secret=secret)
    item = step("terminate", "term-0001", number=moved.number, data={"reason": "申请人要求"})
    late = now - timedelta(minutes=6)
    for request, words in (
        ({}, "webhook-id"),
        ({"secret": new_secret()}, "签名不符"),
        ({"secret": secret, "at": late}, "5 分钟"),
    ):
        refused = pushed(signed, item, **request)
        assert refused.status_code == 403 and words in refused.json()["detail"]
    assert pushed(signed, item, secret=secret).json()["taken"] == 1
    moved.refresh_from_db()
    assert moved.state == "terminated"


def test_a_signature_for_one_address_is_good_for_no_other_nor_for_another_attempt(moved):
    chen, now, secret = Account.objects.get(username="chen"), timezone.now(), new_secret()
    token = new_key(chen, "签", now, secret=secret)
    path, body = f"/api/v1/case/{moved.number}/terminate/", b'{"reason": "x"}'

    def post(signed_for, attempt):
        signature = TheirLibrary(secret).sign(
            "one-key-1", now, f"POST {signed_for}\n{body.decode()}"
        )
        sent = {"webhook-id": "one-key-1", "webhook-timestamp": str(int(now.timestamp()))}
        sent |= {"webhook-signature": signature, "Idempotency-Key": attempt, **bearer(token)}
        return Client().post(path, body, "application/json", headers=sent)

    assert post("/api/v1/push/", "one-key-1").status_code == 403
    assert post(path, "two-key-2").status_code == 403
    first, again = post(path, "one-key-1"), post(path, "one-key-1")
    assert first.status_code == 200 and again.json() == first.json()


def test_the_bureau_lets_a_system_in_tells_it_tests_it_and_lets_it_go(client, before, moved):
    client.force_login(Account.objects.get(username="zhao"))
    page = client.post(
        "/desk/interfaces/keys/new/",
        {"account": "chen", "purpose": "市监系统", "may_write": "on", "signed": "on"},
    )
    shown = page.content.decode()
    token = shown.split("<code>tb_")[1].split("<")[0]
    assert "whsec_" in shown
    assert Client().get("/api/v1/case/", headers=bearer(f"tb_{token}")).status_code == 200
    bad = client.post(
        "/desk/interfaces/webhooks/new/",
        {"account": "chen", "purpose": "x", "address": "http://example.org/x"},
    )
    assert bad.status_code == 422 and "内网" in bad.content.decode()
    with department("whsec_", lambda n: 500) as (address, _heard, _ids):
        data = {"account": "chen", "purpose": "市监系统", "address": address}
        assert client.post("/desk/interfaces/webhooks/new/", data).status_code == 200
        hook = Webhook.objects.get()
        at = f"/desk/interfaces/webhooks/{hook.pk}/"
        tested = client.post(at, {"act": "test"})
        assert tested.status_code == 422 and "HTTP 500" in tested.content.decode()
        assert client.post(at, {"act": "again", "position": "99999999"}).status_code == 422
        assert client.post(at, {"act": "again", "position": str(before)}).status_code == 302
        tell_due(timezone.now())
        page = client.get(at).content.decode()
        assert "HTTP 500" in page
        assert "重试中" in client.get("/desk/interfaces/").content.decode()
        client.post(at, {"act": "stop"})
        assert not Webhook.objects.get().running
    key = Account.objects.get(username="chen").api_keys.get()
    client.post(f"/desk/interfaces/keys/{key.pk}/end/")
    assert Client().get("/api/v1/case/", headers=bearer(f"tb_{token}")).status_code == 401
