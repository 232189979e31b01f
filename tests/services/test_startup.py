"""One-window company start-up and free seal carving, with the vendors' monthly settlement."""

import threading
from datetime import datetime, time, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from tests import district
from tests.services.test_outreach import SIGNED, staff
from tongban.demo.people import with_credit_check
from tongban.kernel.metrics.metric import Period, metric
from tongban.kernel.people.actor import actor_of, the_system
from tongban.kernel.people.models import Assignment, EnterpriseRecord
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.refusals import Invalid, NotNow, Refusal
from tongban.kernel.procedures.taking import CHINA, take
from tongban.kernel.units.models import Unit
from tongban.services.startup.carving import Engraving
from tongban.services.startup.models import Carving, Settlement, StartupStage, Vendor
from tongban.services.startup.settling import Settling
from tongban.services.startup.starting import AtUnit, Starting

pytestmark = pytest.mark.django_db
CODE = with_credit_check("91440800MA6900001")
HANDED = {"receiver": "李小明", "signature": SIGNED}


@pytest.fixture
def founder(db):
    district.load()
    for name, unit in (("luo", "SW"), ("deng", "RS"), ("ye", "ZS")):
        Assignment.objects.filter(account__username=name).update(unit=Unit.objects.get(code=unit))
    return actor_of(district.shopkeeper(), timezone.localdate())


def tell_wholes():
    """What the job after each part's last step does."""
    for part in Matter.objects.filter(part_of__isnull=False, closed_at__isnull=False):
        whole = Matter.objects.get(pk=part.part_of_id)
        told = {"part": part.number, "ended_as": part.state}
        if whole.is_open and whole.state == "going":
            key = f"part:{part.number}"
            take(Starting.part_ended, whole, the_system(), told, key=key)


def begun(founder, **more):
    data = {"company": "湛江新海食品有限公司", **more}
    return take(Starting.apply, None, founder, data, key="apply").matter


def stage(name):
    return StartupStage.objects.select_related("matter").get(stage=name).matter


def test_one_form_starts_a_company_at_five_places_and_one_window_hands_it_out(founder):
    whole = begun(founder)
    assert whole.limit_days == 1 and StartupStage.objects.count() == 1
    with pytest.raises(Invalid, match="18 位"):
        take(AtUnit.finish, stage("register"), staff("chen"), {"result": "123"}, key="0")
    take(AtUnit.finish, stage("register"), staff("chen"), {"result": CODE.lower()}, key="1")
    tell_wholes()
    whole.refresh_from_db()
    assert Matter.objects.get(pk=whole.pk).startup.uscc == CODE
    assert set(StartupStage.objects.values_list("stage", "matter__unit__code")) == {
        ("register", "SC"),
        ("tax", "SW"),
        ("insurance", "RS"),
        ("bank", "ZS"),
    }
    carving = Carving.objects.select_related("matter").get()
    assert carving.matter.part_of_id == whole.pk and len(carving.seals) == 4
    with pytest.raises(Refusal):  # another unit's stage
        take(AtUnit.finish, stage("tax"), staff("chen"), {"result": "T1"}, key="x")
    take(AtUnit.finish, stage("tax"), staff("luo"), {"result": "T1"}, key="2")
    take(AtUnit.finish, stage("insurance"), staff("deng"), {"result": "S1"}, key="3")
    take(AtUnit.finish, stage("bank"), staff("ye"), {"result": "B1"}, key="4")
    tell_wholes()
    whole.refresh_from_db()
    assert whole.state == "going"  # the seals are missing
    take(Engraving.make, carving.matter, staff("zhou"), {"filed": "4408000012345"}, key="5")
    number = carving.matter.number
    take(Engraving.deliver, number, staff("ye"), HANDED, key="6")
    tell_wholes()
    whole.refresh_from_db()
    assert whole.state == "ready"
    with pytest.raises(Invalid, match="邮寄请填运单号"):
        take(Starting.hand_over, whole, staff("chen"), {"receiver": "李小明"}, key="7")
    take(Starting.hand_over, whole.number, staff("chen"), HANDED, key="8")
    assert metric("company_startups").total(the_system(), Period()).value == 1
    assert metric("seal_carvings").total(the_system(), Period()).value == 1


def test_a_registration_that_is_refused_ends_the_whole(founder):
    whole = begun(founder)
    take(AtUnit.refuse, stage("register"), staff("chen"), {"reason": "名称不合规定"}, key="1")
    tell_wholes()
    whole.refresh_from_db()
    assert whole.state == "failed" and StartupStage.objects.count() == 1


def test_what_is_wished_for_alone_is_begun(founder):
    whole = begun(founder, wants=["tax"])
    take(AtUnit.finish, stage("register"), staff("chen"), {"result": CODE}, key="1")
    tell_wholes()
    assert StartupStage.objects.count() == 2 and not Carving.objects.exists()
    with pytest.raises(NotNow, match="已经登记成立"):
        take(Starting.withdraw, whole.number, founder, key="w")


def order(founder, firm, key):
    data = {"company": "名", "uscc": firm.uscc}
    return take(Engraving.order, None, founder, data, key=key).matter


def test_a_set_is_free_once_and_vendors_take_turns(founder):
    firms = list(EnterpriseRecord.objects.order_by("pk")[:6])
    for n, firm in enumerate(firms):
        order(founder, firm, f"o{n}")
    per_vendor = {v.name: v.carvings.count() for v in Vendor.objects.all()}
    assert set(per_vendor.values()) == {3}
    with pytest.raises(NotNow, match="已经免费刻过"):
        order(founder, firms[0], "again")
    with pytest.raises(Refusal, match="没有这个代码"):
        take(Engraving.order, None, founder, {"company": "甲", "uscc": CODE}, key="x")
    first = Matter.objects.get(carving__uscc=firms[0].uscc)
    take(Engraving.cancel, first, founder, {"reason": "名称写错"}, key="c")
    assert order(founder, firms[0], "anew")


def test_a_month_is_settled_once_for_what_was_delivered_in_it(founder):
    last = timezone.localdate().replace(day=1) - timedelta(days=1)
    at = datetime.combine(last, time(10), CHINA)
    for n in range(4):
        data = {"company": f"甲{n}", "uscc": with_credit_check(f"91440800MA670000{n}")}
        data["vendor"] = Vendor.objects.all()[n % 2].name
        take(Engraving.bring_in, None, the_system(), data, key=f"b{n}", at=at)
    vendor, zhou = Vendor.objects.first(), staff("zhou")
    wish = {"vendor": vendor.name, "month": f"{last:%Y-%m}"}
    with pytest.raises(Invalid, match="还没有结束"):
        now = {**wish, "month": f"{timezone.localdate():%Y-%m}"}
        take(Settling.draw_up, None, zhou, now, key="now")
    bill = take(Settling.draw_up, None, zhou, wish, key="d").matter
    assert (bill.settlement.sets, bill.settlement.fen) == (2, 2 * vendor.fen)
    with pytest.raises(NotNow, match="已经结算过"):
        take(Settling.draw_up, None, zhou, wish, key="e")
    take(Settling.cancel, bill, zhou, {"reason": "少一套"}, key="c")
    assert not Carving.objects.exclude(settlement=None).exists()
    again = take(Settling.draw_up, None, zhou, wish, key="f").matter
    take(Settling.agree, again, zhou, key="g")
    take(Settling.pay, again.number, zhou, {"voucher": "K-1"}, key="h")
    other = Vendor.objects.last()
    assert Carving.objects.filter(settlement=again.pk).count() == 2
    assert not Carving.objects.filter(vendor=other).exclude(settlement=None).exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_settle_at_once_make_one_bill(founder):
    last = timezone.localdate().replace(day=1) - timedelta(days=1)
    at = datetime.combine(last, time(10), CHINA)
    vendor = Vendor.objects.first()
    for n in range(3):
        data = {"company": f"甲{n}", "uscc": with_credit_check(f"91440800MA680000{n}")}
        data["vendor"] = vendor.name
        take(Engraving.bring_in, None, the_system(), data, key=f"b{n}", at=at)
    zhou, wish = staff("zhou"), {"vendor": vendor.name, "month": f"{last:%Y-%m}"}
    made, refused, gate = [], [], threading.Barrier(4)

    def press(n):
        gate.wait()
        try:
            made.append(take(Settling.draw_up, None, zhou, wish, key=f"p{n}"))
        except Refusal as refusal:
            refused.append(refusal.reason)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1 and len(refused) == 3
    assert Settlement.objects.count() == 1 and Settlement.objects.get().sets == 3
