"""Every address × every role, compared with what the address declares."""

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests import district
from tongban.demo.people import ACCOUNTS
from tongban.kernel.api.door import api
from tongban.kernel.people.actor import VISITOR, actor_of
from tongban.kernel.people.models import Account
from tongban.kernel.procedures.models import Matter

pytestmark = pytest.mark.django_db
SIGN_IN = ("/signin/?", "/signin/staff/?")
NOBODY, CITIZEN = "nobody", "citizen"
TABLE = {
    # address: who may call it, said a second time on purpose: a change must be meant
    "everybody": """/ sitemap.xml powers/ powers/<slug:code>/ powers/<slug:code>/list.pdf
        powers/<slug:code>/sealed.pdf         search/ items/<slug:code>/ items/<slug:code>/wall/
        items/<slug:code>/papers/<int:material>/<slug:which>/
        items/<slug:code>/list/ lists/
        lists/<slug:code>/ themes/ themes/<slug:code>/
        themes/<slug:code>/order.bpmn hall/ kiosk/ kiosk/go/<slug:code>/ kiosk/end/
        kiosk/signin/ kiosk/signin/wait/ kiosk/card/ kiosk/keeper/ kiosk/heartbeat/
        kiosk/journal/ kiosk/offline/ kiosk/worker.js kiosk/licences/<slug:code>/ kiosk/firms/
        hall/board/ crosscity/inbox/<slug:code>/
        hall/checkin/ hall/checkin/<slug:code>/ hall/my/<slug:code>/ hall/screen/
        hall/screen/draw/ hall/screen/judge/
        hall/screen/block/ hall/screen/journal/ device/v1/enrol/ device/v1/heartbeat/
        device/v1/journal/
        calendar/<slug:token>.ics verify/ verify/root.pem verify/<slug:code>/
        verify/sm2-root.pem verify/<slug:code>/sm2-certificate.pem
        verify/<slug:code>/sm2.sig verify/<slug:code>/sm2.pem
        certificates/proof/<str:token>/
        signin/ signin/staff/ track/<slug:code>/ healthz readyz language/""",
    "signed_in": """documents/<slug:code>/ documents/<slug:code>/ofd/ materials/<int:material>/
        photos/<int:upload>/ crosscity/papers/<int:pk>/ crosscity/results/<slug:number>/
        signout/""",
    "approver+clerk": "desk/case/<slug:number>/site_check/",
    "applicants": """apply/<slug:code>/ apply/<slug:code>/facts/ apply/<slug:code>/materials/
        apply/<slug:code>/check/ my/ my/email/ my/<slug:number>/ my/<slug:number>/step/<slug:step>/
        themes/<slug:code>/apply/ themes/<slug:code>/apply/facts/
        themes/<slug:code>/apply/materials/ themes/<slug:code>/apply/check/
        my/<slug:number>/results.zip
        my/certificates/ my/certificates/<slug:number>/ my/certificates/<slug:number>/paper/
        my/<slug:number>/correct/ my/<slug:number>/supply/
        my/<slug:number>/book/ my/<slug:number>/booked/ my/<slug:number>/booked.ics
        my/<slug:number>/rebook/ my/calendar/renew/ book/
        hall/here/<slug:token>/
        signin/identity/ kiosk/confirm/<str:token>/ kiosk/progress/<slug:code>/
        kiosk/judging/ my/new/<slug:kind>/<slug:step>/""",
    "staff": """desk/ desk/<slug:kind>/ desk/<slug:kind>/new/<slug:step>/
        desk/<slug:kind>/<slug:number>/film/
        desk/<slug:kind>/<slug:number>/step/<slug:step>/preview/
        desk/<slug:kind>/<slug:number>/ desk/<slug:kind>/<slug:number>/unmask/
        desk/<slug:kind>/<slug:number>/step/<slug:step>/ desk/items/ desk/items/<slug:code>/
        desk/items/<slug:code>/compare/ desk/item_change/<slug:number>/effect/ desk/defects/
        desk/supervision/ desk/case/<slug:number>/archive/
        desk/case/<slug:number>/review/ desk/case/<slug:number>/label/
        desk/delegated/ desk/delegated/lines/ desk/delegated/use/ desk/municipal/
        desk/municipal/powers/ desk/themes/ desk/items/<slug:code>/form/ desk/fields/""",
    "unit_admin": "desk/load/",
    "approver+clerk+operator+town_clerk+unit_admin": """desk/phrases/
        desk/phrases/<int:pk>/delete/""",
    "approver+clerk+unit_admin": "desk/papers/",
    "town_clerk+unit_admin": "desk/delegated/report/",
    "clerk+operator+town_clerk+unit_admin": """desk/items/bulk/ desk/items/<slug:code>/edit/
        desk/item_change/<slug:number>/lines/ desk/item_change/<slug:number>/undo/ desk/imports/
        desk/imports/template/<slug:kind>/ desk/imports/<int:run>/ desk/imports/<int:run>/errors/
        desk/imports/<int:run>/undo/""",
    "operator": """desk/interfaces/ desk/interfaces/keys/new/ desk/interfaces/keys/<int:pk>/end/
        desk/interfaces/webhooks/new/ desk/interfaces/webhooks/<int:pk>/
        desk/visits/groups/ desk/visits/groups/<slug:code>/ desk/visits/closures/<int:pk>/
        desk/kiosks/<slug:code>/ desk/kiosks/contents/ desk/kiosks/items/
        desk/startup/settings/ desk/crosscity/places/<slug:code>/ desk/hall/facilities/
        desk/hall/walls/ desk/hall/walls/<slug:code>/
        desk/hall/ desk/hall/rhythm/ desk/hall/screens/<int:pk>/ desk/hall/counters/<int:number>/
        desk/searches/ desk/fields/<slug:key>/ desk/delegated/prepare/
        desk/delegated/template/
        desk/municipal/receive/ desk/municipal/template/ desk/themes/import/
        desk/themes/template/""",
    "clerk+operator": "desk/crosscity/ desk/tally/ desk/tally/tap/",
    "clerk": """desk/accept/ desk/counter/ desk/crosscity/new/<int:pk>/
        desk/crosscity/<slug:number>/supply/ hall/counter/
        hall/counter/choose/ hall/counter/<int:number>/next/ hall/counter/<int:number>/sit/
        hall/counter/<int:number>/by_hand/
        hall/ticket/<slug:number>/<slug:step>/""",
    "clerk+hotline_agent": "desk/visits/phone/",
    "operator+town_clerk": """desk/kiosks/ desk/kiosks/bulletin/ desk/kiosks/calls/
        desk/kiosks/calls/<int:pk>/""",
    "operator+unit_admin": """desk/roster/ desk/seals/ desk/seals/waiting/ desk/seals/templates/
        desk/outbox/
        desk/outbox/again/ desk/themes/new/
        desk/themes/suggestions/ desk/theme_change/<slug:number>/plan/""",
    "approver+clerk+leader+operator+unit_admin": """reports/ reports/<slug:key>/
        reports/<slug:key>/rows/""",
}


def patterns(resolver=None, before=""):
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry, before + str(entry.pattern))
        elif isinstance(entry, URLPattern):
            yield before + str(entry.pattern), entry.callback


def pages():
    return [(path, view) for path, view in patterns() if not path.startswith("api/")]


def filled(path, values):
    for name, value in values.items():
        for kind in ("slug", "int", "str"):
            path = path.replace(f"<{kind}:{name}>", str(value))
    assert "<" not in path, path
    return "/" + path


def test_every_address_declares_its_audience_and_the_table_agrees():
    declared = {path or "/": getattr(view, "audience", None) for path, view in pages()}
    missing = [path for path, audience in declared.items() if audience is None]
    assert missing == []
    table = {path: name for name, paths in TABLE.items() for path in paths.split()}
    assert {path: audience.name for path, audience in declared.items()} == table


@pytest.fixture
def world(db):
    district.load()
    citizen = district.shopkeeper()
    matter = district.applied(citizen)
    slot = district.slot(at=district.NOON)
    values = {
        "code": district.PLAIN_ITEM,
        "number": matter.number,
        "kind": "case",
        "step": "accept",
        "key": "cases_received",
        "material": 1,
        "run": 1,
        "slot": slot.pk,
        "token": "none",
        "pk": 1,
        "which": "sample",
        "upload": 1,
    }
    people = {username: Account.objects.get(username=username) for username, *_ in ACCOUNTS}
    return values, {**people, CITIZEN: citizen, NOBODY: None}


def test_every_address_answers_each_role_as_declared(world):
    values, people = world
    wrong = []
    for name, account in people.items():
        client = Client()
        if account:
            client.force_login(account, "tongban.kernel.people.signin.StaffBackend")
        actor = actor_of(account, district.TODAY) if account else VISITOR
        for path, view in pages():
            if path in ("signout/", "language/"):
                continue  # they change the session this test walks with
            numbers = {**values, "number": 9} if "<int:number>" in path else values
            answer = client.get(filled(path, numbers))
            let_in = view.audience.admits(actor)
            to_sign_in = answer.status_code == 302 and answer["Location"].startswith(SIGN_IN)
            turned_away = answer.status_code == 403 or to_sign_in
            if let_in == turned_away or answer.status_code >= 500:
                wrong.append((name, path, answer.status_code))
    assert wrong == []


def test_no_case_is_shown_to_those_who_may_not_see_it(world):
    values, people = world
    stranger = district.shopkeeper("王芳", "440801198501010026", "13900139002")
    may_see = {"chen", "liang", "huang", "zhou", "leader"}
    for name, account in {**people, "stranger": stranger}.items():
        if account is None or name == CITIZEN:
            continue
        client = Client()
        client.force_login(account, "tongban.kernel.people.signin.StaffBackend")
        desk = client.get(f"/desk/case/{values['number']}/").status_code
        mine = client.get(f"/my/{values['number']}/").status_code
        assert (desk == 200) == (name in may_see), name
        assert mine in (403, 404), name


def test_the_three_administrators_see_no_case_anywhere(world):
    values, people = world
    for name in ("sysadmin", "secadmin", "audadmin"):
        client = Client()
        client.force_login(people[name], "tongban.kernel.people.signin.StaffBackend")
        for path, _ in pages():
            answer = client.get(filled(path, values), follow=True)
            assert "东简阿明海味饭店" not in answer.content.decode(errors="replace"), path


def test_every_endpoint_of_the_api_needs_a_key(world):
    values, _ = world
    client = Client()
    for path, methods in api.get_openapi_schema()["paths"].items():
        if path.startswith(("/api/v1/items/", "/api/v1/verify/")):
            continue  # what is published is public, and so is verifying it
        for method in methods:
            address = path.replace("{number}", values["number"]).replace("{key}", "cases_received")
            answer = getattr(client, method)(address, content_type="application/json")
            assert answer.status_code == 401, (method, path)


def test_a_session_ends_when_the_password_changes(world):
    _, people = world
    client = Client()
    client.force_login(people["chen"], "tongban.kernel.people.signin.StaffBackend")
    assert client.get("/desk/").status_code == 200
    people["chen"].set_password("another-long-password")
    people["chen"].save()
    assert client.get("/desk/").status_code == 302


def test_a_deactivated_account_is_out_at_once(world):
    _, people = world
    client = Client()
    client.force_login(people["chen"], "tongban.kernel.people.signin.StaffBackend")
    Account.objects.filter(username="chen").update(is_active=False)
    assert client.get("/desk/").status_code == 302
    assert Matter.objects.filter(kind="case").count() == 1
