"""Accounts, agents, messages."""

from datetime import date, timedelta

import pyotp
import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from tests import district
from tongban.cli import main
from tongban.kernel.carriers import NotDelivered
from tongban.kernel.ledger.models import Event
from tongban.kernel.notices.models import Notice
from tongban.kernel.notices.sending import MOST_TRIES, send_waiting
from tongban.kernel.people.actor import actor_of
from tongban.kernel.people.models import Account, Agency, Applicant
from tongban.kernel.people.staff import NotSeparated, appoint
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.refusals import Invalid
from tongban.kernel.procedures.scope import visible
from tongban.kernel.units.models import Unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def citizen(db):
    district.load()
    return district.shopkeeper()


def company(agent, to_on=None):
    made = Applicant(kind=Applicant.Kind.LEGAL, identity_level=2)
    made.set_name("湛江海味餐饮有限公司")
    made.set_id("91440800MA4W1X2C3J")
    made.save()
    Agency.objects.create(
        principal=made, agent=agent.applicant, from_on=date(2020, 1, 1), to_on=to_on
    )
    return made


def test_an_agent_acts_for_the_company_and_the_ledger_says_so(citizen):
    principal = company(citizen)
    case = district.applied(citizen, behalf=principal.code)
    assert case.applicant == principal
    event = Event.objects.get(matter=case)
    assert (event.actor, event.on_behalf_of) == (citizen.code, principal.code)
    assert str(case.applicant) == "湛江海味餐饮有限公司"
    actor = actor_of(citizen, district.TODAY)
    assert Matter.objects.filter(visible(actor, Matter)).get() == case


def test_an_agency_that_has_ended_gives_no_right(citizen):
    principal = company(citizen, to_on=date(2021, 1, 1))
    with pytest.raises(Invalid, match="不是这家单位现在的经办人"):
        district.applied(citizen, behalf=principal.code)


def test_posts_hold_for_their_period(citizen):
    clerk = Account.objects.get(username="chen")
    clerk.assignments.update(to_on=date(2026, 9, 1))
    assert actor_of(clerk, date(2026, 9, 1)).is_staff
    assert not actor_of(clerk, date(2026, 9, 2)).is_staff


def test_the_three_administrators_stay_three_people(citizen):
    unit = Unit.objects.get(code="ZS")
    with pytest.raises(NotSeparated, match="三员分立"):
        appoint(Account.objects.get(username="sysadmin"), unit, "audit_admin")
    with pytest.raises(NotSeparated):
        appoint(Account.objects.get(username="chen"), unit, "security_admin")
    appoint(Account.objects.get(username="chen"), unit, "approver")


def test_messages_reach_phone_and_mail_and_are_tried_again(citizen):
    citizen.applicant.set_email("li@example.com")
    citizen.applicant.save()
    district.applied(citizen)
    now, sent = timezone.now(), []

    def failing(phone, text):
        raise NotDelivered("no route")

    send_waiting(now, failing)
    waiting = Notice.objects.get(channel="sms")
    assert (waiting.state, waiting.tries, waiting.error) == ("waiting", 1, "no route")
    assert waiting.next_at > now + timedelta(seconds=50)
    assert [m.to for m in mail.outbox] == [["li@example.com"]]
    send_waiting(now + timedelta(hours=1), lambda phone, text: sent.append((phone, text)))
    assert sent[0][0] == "13900139001"
    assert "已收到" in sent[0][1]
    assert not Notice.objects.exclude(state="sent").exists()


def test_a_message_that_never_goes_out_is_shown_as_failed(citizen):
    district.applied(citizen)

    def failing(phone, text):
        raise NotDelivered("no route")

    at = timezone.now()
    for _ in range(MOST_TRIES):
        at += timedelta(days=1)
        send_waiting(at, failing)
    assert Notice.objects.get(channel="sms").state == "failed"


def test_what_a_command_cannot_do_it_says_in_one_line(capsys):
    assert main(["clock", "add", "2099-01-01", "99999"]) == 1
    assert "期限超出日历范围" in capsys.readouterr().out


def test_an_account_made_on_the_command_line_can_sign_in(citizen, capsys):
    import argparse

    from tongban.kernel.people import staff

    parser = argparse.ArgumentParser()
    staff.configure(parser)
    words = ["add", "new", "--name", "新人", "--role", "clerk", "--unit", "SC"]
    assert staff.run(parser.parse_args(words)) == 0
    password, address = capsys.readouterr().out.splitlines()
    code = pyotp.parse_uri(address).now()
    data = {"username": "new", "password": password.split()[1], "totp": code}
    assert Client().post("/signin/staff/", data)["Location"] == "/desk/"
    assert staff.run(parser.parse_args(["end", "new"])) == 0
    assert not Account.objects.get(username="new").is_active
    words[-1] = "NONE"
    assert staff.run(parser.parse_args(words)) == 1
    assert "没有单位 NONE" in capsys.readouterr().err
