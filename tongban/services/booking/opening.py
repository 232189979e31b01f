"""From a filled form to a booking: every door's rules, checked here."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from tongban.kernel.clock import published
from tongban.kernel.people.models import Applicant
from tongban.kernel.procedures.declare import Opening
from tongban.kernel.procedures.in_person import met, whom
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.refusals import NotNow, wrong
from tongban.kernel.procedures.taking import CHINA, Taking
from tongban.kernel.queries.once import Ask, Once
from tongban.services.catalogue.models import ServiceItem, Source, Status

from .models import Booking, Channel, Group, Rules, Slot
from .places import (
    Record,
    day_of,
    group_of_item,
    places_for,
    record_of,
    refuse_by_record,
    take_places,
)
from .slots import is_closed

LEVEL_TO_BOOK = 2
DAYS_TO_WISH = 30


@dataclass(frozen=True)
class Purpose:
    """What somebody comes for."""

    group: Group
    title: str
    item: ServiceItem | None = None
    about: Matter | None = None


def open_online(taking: Taking) -> Opening:
    return _with_place(begun_online(taking), taking)


def begun_online(taking: Taking) -> Opening:
    """All but its place in the slot, which is taken last."""
    _refuse_without_name(taking)
    return _booked(taking, whom(taking, lock=True), Channel(taking.data["channel"]))


def open_by_phone(taking: Taking) -> Opening:
    return _with_place(_booked(taking, _locked(met(taking)), Channel.PHONE), taking)


def _with_place(opening: Opening, taking: Taking) -> Opening:
    booking: Any = opening.detail
    take_places(booking.slot, booking.channel, booking.places, taking.at)
    return opening


def _locked(applicant: Applicant) -> Applicant:
    return Applicant.objects.select_for_update(no_key=True).get(pk=applicant.pk)


def _booked(taking: Taking, applicant: Applicant, channel: Channel) -> Opening:
    slot = _slot(taking)
    purpose, booking, record = _begun(taking, applicant, slot.group)
    _refuse_second(record, purpose.group, day_of(slot))
    booking.slot, booking.day, booking.channel = slot, day_of(slot), channel
    tell_when(taking, slot)
    return _opening(purpose, applicant, booking)


SLOT = Once(lambda: Slot.objects.select_related("group__unit").filter(pk=Ask("slot")))


def _slot(taking: Taking) -> Slot:
    slot = SLOT.first(slot=taking.data["slot"])
    if slot is None:
        raise wrong("slot", _("请选择一个时段"))
    return slot


def open_wish(taking: Taking) -> Opening:
    """On the waiting list of a day on which nothing is free."""
    _refuse_without_name(taking)
    applicant, day = whom(taking, lock=True), taking.data["day"]
    purpose, booking, record = _begun(taking, applicant, None)
    if not taking.today < day <= taking.today + timedelta(days=DAYS_TO_WISH):
        raise wrong("day", _("请选明天起 %d 天内的日期") % DAYS_TO_WISH)
    if not published().is_working(day) or is_closed(purpose.group, day):
        raise wrong("day", _("这一天大厅不办公，请换一天"))
    _refuse_second(record, purpose.group, day)
    booking.day = day
    taking.facts["told"] = {"when": f"{day:%m-%d}"}
    return _opening(purpose, applicant, booking)


def _begun(
    taking: Taking, applicant: Applicant, group: Group | None
) -> tuple[Purpose, Booking, Record]:
    """The rules that hold for every booking; the applicant is locked, so two bookings of one
    person in the same second are judged one after the other."""
    rules, data = Rules.now(), taking.data
    record = record_of(applicant.pk, rules, taking.today)
    refuse_by_record(record, rules, taking.today)
    if data["people"] > rules.people_at_most:
        raise wrong("people", _("一次最多 %d 人同来，请分开预约") % rules.people_at_most)
    purpose = _purpose(taking, applicant, group)
    if group and purpose.group != group:
        raise wrong("slot", _("这个时段不是“%s”的，请重新选择") % purpose.group.name)
    item = purpose.item.pk if purpose.item else None
    booking = Booking(
        applicant=applicant,
        group=purpose.group,
        people=data["people"],
        places=places_for(purpose.group, item, data["people"]),
        item=purpose.item,
        about=purpose.about,
        lacking=_lacking(taking, purpose.item),
    )
    return purpose, booking, record


def _opening(purpose: Purpose, applicant: Applicant, booking: Booking) -> Opening:
    return Opening(
        unit=purpose.group.unit, title=purpose.title, applicant=applicant, detail=booking
    )


def _refuse_without_name(taking: Taking) -> None:
    if taking.actor.identity_level < LEVEL_TO_BOOK:
        raise NotNow(_("预约前请先完成实名核验（姓名和身份证号）"))


def _purpose(taking: Taking, applicant: Applicant, group: Group | None) -> Purpose:
    data: dict[str, Any] = taking.data
    if data["about"]:
        return _about_case(data, applicant)
    if data["item"]:
        return _about_item(data["item"])
    if group:
        return Purpose(group, group.name)
    group = Group.objects.select_related("unit").filter(code=data["group"]).first()
    if group is None:
        raise wrong("group", _("请选择要去的窗口"))
    return Purpose(group, group.name)


def _about_case(data: dict[str, Any], applicant: Applicant) -> Purpose:
    about = Matter.objects.filter(number=data["about"]).select_related("unit").first()
    if about is None or about.applicant_id != applicant.pk:
        raise NotNow(_("没有找到您的这个办件，请从“我的办件”进入预约"))
    if not about.is_open:
        raise NotNow(_("这个办件已经办结，不需要再到大厅"))
    if Booking.objects.filter(about=about, live=True).exists():
        raise NotNow(_("这个办件已有预约；要换时间，请改约或先取消原预约"))
    groups = Group.objects.filter(unit=about.unit_id)
    group = groups.filter(code=data["group"]).first() or groups.first()
    if group is None:
        raise NotNow(_("%s还没有开设预约窗口，请到大厅取号") % about.unit)
    return Purpose(group, about.title, about=about)


ITEM = Once(
    lambda: ServiceItem.objects.select_related("current").filter(implementation_code=Ask("code"))
)


def _about_item(code: str) -> Purpose:
    item = ITEM.first(code=code)
    if item is None or item.status != Status.PUBLISHED:
        raise wrong("item", _("没有这个可办的事项，请从办事指南重新进入"))
    group = group_of_item(code)
    if group is None:
        raise NotNow(_("这个事项不在大厅窗口办理，请看办事指南上的办理地点"))
    return Purpose(group, item.name, item=item)


def _lacking(taking: Taking, item: ServiceItem | None) -> list[str]:
    """Materials of the item the person does not have yet: said before the way is made for
    nothing. Not asked where no list was shown."""
    have = taking.data["materials"]
    if item is None or have is None:
        return []
    lacking = [name for name in needed(item) if name not in have]
    if lacking and not taking.data["incomplete"]:
        raise wrong(
            "materials",
            _("还缺 %s；请备齐再来，或勾选“材料不齐也预约”") % "、".join(lacking),
        )
    return lacking


def needed(item: ServiceItem) -> list[str]:
    """What a person must bring of the item's list."""
    if item.current is None:
        return []
    rows = item.current.materials.filter(required=True, source=Source.APPLICANT)
    return list(rows.order_by("position", "pk").values_list("name", flat=True))


def _refuse_second(record: Record, group: Group, day: date) -> None:
    if (group.pk, day) in record.live:
        raise NotNow(_("您这一天在“%s”已有预约；要换时间，请改约") % group.name)


def tell_when(taking: Taking, slot: Slot) -> None:
    taking.facts["slot"] = slot.begins_at.isoformat()
    taking.facts["told"] = {"when": when(slot)}


def when(slot: Slot) -> str:
    return f"{timezone.localtime(slot.begins_at, CHINA):%m-%d %H:%M}"
