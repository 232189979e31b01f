"""What the steps of a booking change: its place in a slot, whether it is live."""

from copy import copy

from django.utils.translation import gettext as _

from tongban.kernel.procedures.refusals import NotNow
from tongban.kernel.procedures.taking import Taking

from .models import Booking, Channel, Slot
from .opening import tell_when
from .places import day_of, give_back, take_places


def end(taking: Taking) -> None:
    taking.detail.live = False


def let_go(taking: Taking) -> None:
    give_back(taking.detail)
    taking.detail.live = False


def place(taking: Taking) -> None:
    """The next on the waiting list gets what fell free."""
    _into(taking, taking.data["slot"], Channel.ONLINE)


def rebook(taking: Taking) -> None:
    if taking.data["slot"] == taking.detail.slot_id:
        raise NotNow(_("您已经约在这个时段"))
    _exchange(taking, taking.data["slot"])


def move(taking: Taking) -> None:
    """To another day because the hall is closed on this one."""
    _exchange(taking, taking.data["slot"] or 0)
    taking.facts["told"] |= {"reason": taking.data["reason"]}


def _exchange(taking: Taking, slot_id: int) -> None:
    """The new place first: who does not get it keeps the old one."""
    before = copy(taking.detail)
    _into(taking, slot_id, Channel.ONLINE)
    give_back(before)


def drop(taking: Taking) -> None:
    let_go(taking)
    taking.facts["told"] = {"reason": taking.data["reason"]}


def remind(taking: Taking) -> None:
    taking.detail.reminded = True
    if taking.detail.slot:
        tell_when(taking, taking.detail.slot)


def _into(taking: Taking, slot_id: int, channel: Channel) -> None:
    booking: Booking = taking.detail
    slot = Slot.objects.filter(pk=slot_id, group=booking.group_id).first()
    if slot is None:
        raise NotNow(_("这个时段不在原来的窗口，请换一个时段"))
    take_places(slot, channel, booking.places, taking.at)
    other = Booking.objects.filter(
        applicant=booking.applicant_id, group=booking.group_id, day=day_of(slot), live=True
    ).exclude(pk=booking.pk)
    if other.exists():
        raise NotNow(_("这一天已有同一窗口的预约"))
    booking.slot, booking.day, booking.channel = slot, day_of(slot), channel
    booking.reminded = False
    tell_when(taking, slot)
