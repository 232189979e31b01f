"""What random walks fill in and what must exist, kind by kind, where common words do not do."""

from datetime import date, timedelta

from tests import district
from tongban.demo import people
from tongban.kernel.devices.models import Device
from tongban.kernel.people.actor import actor_of, the_system
from tongban.kernel.people.models import Account, Applicant, EnterpriseRecord
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.taking import take
from tongban.kernel.units.models import Unit, Village
from tongban.services.catalogue.models import ServiceItem, Theme, ThemeItem
from tongban.services.crosscity.models import AgreementItem
from tongban.services.delegation.models import Check, DelegatedItem
from tongban.services.delegation.procedure import Delegating
from tongban.services.kiosks.models import Kiosk
from tongban.services.municipal.procedure import Answering
from tongban.services.outreach.companies import Visiting
from tongban.services.outreach.forms import POINTS as POINTS_AT_HOME
from tongban.services.startup.carving import Engraving
from tongban.services.startup.models import Vendor
from tongban.services.startup.starting import Starting

LATER = district.TODAY + timedelta(days=9)
SIGNED = "M10 10" + "".join(f"L{n} {n}" for n in range(20, 120, 10))
POINTS = [{"key": "a", "title": "甲"}, {"key": "b", "title": "乙"}]
POWER = {"code": "1", "name": "甲许可", "municipal_unit": "市局", "district_unit": "SC"}
LETTER = {"name": "来函", "document_number": "函1号", "reply_by": LATER, "on": LATER}


def of(kind, items):
    """A function of the number of the walk."""
    return KINDS.get(kind, lambda items: lambda walk: {})(items)


def consultation(_items):
    told = {"question": "可否", "days": 2, "points": POINTS, "opinion": "不便"}
    return lambda walk: {**told, "answer": "partly", "against": ["a"]}


def delegation(items):
    about = {"kind": "delegated", "document_number": "一号", "adopt": True}

    def filled(walk):
        lines = [{"implementation_code": items[walk], "to_town": "T2"}]
        return {**about, "name": f"第{walk}批", "lines": lines}

    return filled


def in_force(count=30):
    """Lines in force with towns, whose lists are those of other items."""
    rows = ServiceItem.objects.filter(unit__code="SC", kind="licence")
    codes = list(rows.values_list("implementation_code", flat=True)[:count])
    lines = [{"implementation_code": code, "to_town": "T2"} for code in codes]
    data = {"name": "甲批", "kind": "delegated", "legal_basis": "法", "effective_on": LATER}
    at = district.NOON - timedelta(days=99)
    zhou = district.person("zhou")
    batch = take(Delegating.prepare, None, zhou, {**data, "lines": lines}, key="s", at=at).matter
    own = ServiceItem.objects.filter(unit__code="GA", kind="licence").order_by("pk")
    for line, item in zip(DelegatedItem.objects.order_by("pk"), own, strict=False):
        line.ready_on = line.in_force_on = date(2026, 7, 1)
        line.town_item = item
        line.save()
    return batch


def preparation(_items):
    batch = in_force().number
    return lambda walk: {"batch": batch, "town": "T2", "checks": Check.values, "lines": []}


def take_back(_items):
    in_force()
    held = DelegatedItem.objects.exclude(town_item=None).order_by("pk")
    codes = list(held.values_list("town_item__implementation_code", flat=True))
    return lambda walk: {"lines": [codes[walk]]}


def after_care(_items):
    in_force()
    held = DelegatedItem.objects.exclude(town_item=None)
    codes = list(held.values_list("town_item__implementation_code", flat=True))
    return lambda walk: {"quarter": f"20{walk + 10}Q1", "rows": {codes[0]: [walk, 1, 0]}}


def municipal_letter(_items):
    return lambda walk: {**LETTER, "powers": [POWER], "opinion": "合法"}


def municipal_power(_items):
    zhou, at = district.person("zhou"), district.NOON - timedelta(days=99)
    data = {**LETTER, "powers": [POWER]}
    letter = take(Answering.receive, None, zhou, data, key="s", at=at).matter

    def filled(walk):
        power = {"letter": letter.pk, "code": f"X{walk}", "name": "乙许可", "unit": "SC"}
        more = {"arrangements": "设科室", "municipal_unit": "市局", "people": 3, "on": LATER}
        return {**power, **more, "answer": ("agree", "urgent")[walk % 2], "document_number": "一号"}

    return filled


def theme_change(_items):
    rows = ServiceItem.objects.filter(unit__code="SC", by_application=True)
    codes = list(rows.values_list("implementation_code", flat=True)[:3])
    plan = {"name": "主题", "audience": "legal", "life_event": "permit", "lead_unit": "SC"}
    plan["parts"] = [{"code": code, "after": []} for code in codes]
    return lambda walk: {"kind": "publish", "code": f"T{walk}X", "plan": plan}


def certificate(_items):
    holder = Applicant.objects.get(name_masked="李*明")
    held = {"holder": holder.code, "unit": "SC", "valid_until": date(2040, 1, 1)}
    return lambda walk: {**held, "type": f"第{walk}证", "valid_from": district.TODAY}


def booking(_items):
    """Each of another day and item: one visit a day."""
    slots = [district.slot(9, at=district.NOON + timedelta(days=301 + n)) for n in range(25)]
    told = {
        "group": "SC",
        "channel": "",
        "applicant_id": people.with_check("44080119850101002"),
        "about": "",
    }
    told |= {"applicant_name": "王芳", "applicant_phone": "13900139002", "item": ""}
    return lambda walk: {**told, "slot": slots[walk].pk, "day": LATER, "why": "有空位"}


def repair(_items):
    unit, village = Unit.objects.get(code="T2"), Village.objects.first()
    for n in range(25):
        device = Device.objects.create(code=f"R{n}", kind="kiosk", name="机", unit=unit)
        Kiosk.objects.create(device=device, village=village, place="村委会")
    return lambda walk: {"kiosk": f"R{walk}", "what": "缺纸", "company": "甲公司", "done": "换纸"}


def ticket(_items):
    told = {"group": "SC", "counter": 1, "item": "", "reason": "elderly", "source": "kiosk"}
    return lambda walk: {**told, "slot": "", "level": 5, "route": ["GA"] if walk % 2 else []}


def one_thing(_items):
    rows = ServiceItem.objects.filter(unit__code="SC", by_application=True, kind="licence")
    rows = rows.filter(current__situations=None)
    handed_in = {"current__materials__source": "applicant", "current__materials__form": "copy"}
    theme = Theme.objects.create(code="T900", name="开饭店", audience="legal")
    for n, item in enumerate(rows.exclude(**handed_in)[:2]):
        ThemeItem.objects.create(theme=theme, item=item, position=n)
    return lambda walk: {"theme": "T900", "part": "X", "ended_as": "closed"}


def seal(_items):
    name = "湛江经济技术开发区市场监督管理局专用章"
    common = {"unit": "SC", "kind": "special", "from_on": district.TODAY, "kinds": ["licence"]}
    return lambda walk: {**common, "name": f"{name}{walk}", "code": f"W{walk}"}


def finding(_items):
    case = Matter.objects.filter(kind="case").latest("pk")
    return lambda walk: {"rule": "overdue", "about": case.number, "event": walk}


def joint_review(_items):
    case = Matter.objects.filter(kind="case").latest("pk")
    told = {"case": case.number, "unit": "SC", "post": "approver", "days": 3, "agrees": "1"}
    return lambda walk: {**told, "name": f"第{walk}审查"}


def home_visit(_items):
    told = {"item": items_of(1)[0], "need": "ill", "address": "村委会", "half": "am"}
    told |= applicant_told() | {"day": LATER, "signature": SIGNED, "outcome": "好", "about": ""}
    told["checked"] = [key for key, _words in POINTS_AT_HOME]
    two = {"first": code_of("chen"), "second": code_of("luo")}
    return lambda walk: {**told, **two, "phone": "13900139002"}


def items_of(count):
    return list(
        ServiceItem.objects.filter(unit__code="SC", by_application=True)
        .order_by("pk")
        .values_list("implementation_code", flat=True)[:count]
    )


def code_of(username):
    return Account.objects.get(username=username).code


def applicant_told():
    number = people.with_check("44080119850101002")
    return {
        "applicant_name": "王芳",
        "applicant_id": number,
        "applicant_phone": "13900139002",
    }


def company_visit(_items):
    told = {"company": "甲公司", "uscc": firm_code(0), "topic": "用工", "visitors": "周平"}
    return lambda walk: {**told, "day": LATER, "said": "好", "needs": "", "part": "X"}


def firm_code(n):
    return people.with_credit_check(f"91440800MA69{n:05d}")


def company_need(_items):
    zhou, at = district.person("zhou"), district.NOON - timedelta(days=99)
    plan = {"company": "甲", "uscc": firm_code(0), "topic": "用工", "visitors": "周平"}
    visit = take(Visiting.plan, None, zhou, {**plan, "day": LATER}, key="s", at=at).matter
    return lambda walk: {"visit": visit.number, "unit": "SC", "words": "招工", "solved": "yes"}


def helping(_items):
    told = {**applicant_told(), "wish": "不会填表", "did": "一起填", "about": "", "item": ""}
    return lambda walk: {**told, "helper": code_of("zhou")}


def reflection(_items):
    return lambda walk: {**applicant_told(), "words": "没办成", "about": "", "cause": "slow"}


def startup(_items):
    told = {**applicant_told(), "receiver": "王芳", "signature": SIGNED, "wants": ["tax"]}
    return lambda walk: {**told, "company": f"甲{walk}公司", "uscc": firm_code(walk), "vendor": ""}


def startup_stage(_items):
    citizen = actor_of(Account.objects.get(applicant__name_masked="李*明"), district.TODAY)
    whole = [
        take(
            Starting.apply,
            None,
            citizen,
            {"company": f"甲{n}"},
            key=f"s{n}",
            at=district.NOON - timedelta(days=99),
        ).matter.number
        for n in range(25)
    ]
    return lambda walk: {"startup": whole[walk], "stage": "tax", "result": "T1"}


def carving(_items):
    codes = [record.uscc for record in EnterpriseRecord.objects.order_by("pk")[:25]]
    told = {**applicant_told(), "receiver": "王芳", "signature": SIGNED, "startup": "X"}
    told |= {"filed": "4408000012345", "vendor": Vendor.objects.first().name}
    return lambda walk: {**told, "company": "甲", "uscc": codes[walk]}


def settlement(_items):
    vendor, at = Vendor.objects.first(), district.NOON - timedelta(days=99)
    data = {"company": "甲", "vendor": vendor.name}
    months = []
    for n in range(25):
        when = at - timedelta(days=31 * n)
        told = {**data, "uscc": firm_code(n)}
        take(Engraving.bring_in, None, the_system(), told, key=f"s{n}", at=when)
        months.append(f"{when:%Y-%m}")
    return lambda walk: {"vendor": vendor.name, "month": months[walk], "voucher": "K"}


def cross_out(_items):
    item = AgreementItem.objects.first()
    item.materials = []
    item.save()
    told = {**applicant_told(), "item": item.pk, "identified": "card", "words": "办理中"}
    told |= {"waybill": "EA123456789CN", "granted": "yes", "receiver": "王芳", "papers": "{}"}
    return lambda walk: {**told, "their_number": "H1", "signature": SIGNED}


def cross_in(_items):
    rows = ServiceItem.objects.filter(unit__code="SC", current__situations=None, form_fields=[])
    handed_in = {"current__materials__source": "applicant", "current__materials__form": "copy"}
    item = rows.filter(by_application=True).exclude(**handed_in).first()
    ServiceItem.objects.filter(pk=item.pk).update(cross_city=True)
    told = {"place": "haikou", "basic_code": item.basic_code, "name": "王芳", "papers": "{}"}
    told |= {"number": people.with_check("44080119850101002"), "phone": "13900139002"}
    return lambda walk: {**told, "their_number": f"H{walk}", "part": "X", "ended_as": "closed"}


KINDS = {
    "joint_review": joint_review,
    "home_visit": home_visit,
    "company_visit": company_visit,
    "company_need": company_need,
    "help": helping,
    "reflection": reflection,
    "startup": startup,
    "startup_stage": startup_stage,
    "carving": carving,
    "settlement": settlement,
    "cross_out": cross_out,
    "cross_in": cross_in,
    "booking": booking,
    "ticket": ticket,
    "repair": repair,
    "finding": finding,
    "seal": seal,
    "one_thing": one_thing,
    "certificate": certificate,
    "theme_change": theme_change,
    "consultation": consultation,
    "delegation": delegation,
    "preparation": preparation,
    "take_back": take_back,
    "after_care": after_care,
    "municipal_letter": municipal_letter,
    "municipal_power": municipal_power,
}
