"""Sample cases walked through the real steps, so that every page has something true to show."""

import random
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from uuid import NAMESPACE_URL, uuid5

from tongban.kernel.clock import published
from tongban.kernel.people.actor import Actor, actor_of
from tongban.kernel.people.models import Account
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.taking import CHINA, take
from tongban.services.cases.procedure import Handling
from tongban.services.catalogue.models import ServiceItem

from .people import act_for_a_firm, citizens

CASES, PEOPLE, DAYS = 60, 24, 40
FRESH = 2  # working days in which a case may still stand where it was handed in
LAST_HOUR = 16  # of the day on which a case is due
TOWNS = ("T1", "T2", "T3", "T4", "T5", "T6")
SHOPS = (
    "海味饭店",
    "阿明小吃",
    "湛江鸡饭店",
    "硇洲海鲜",
    "东简糖水",
    "乐华茶餐厅",
    "民安烧烤",
    "泉庄早餐",
)
STREETS = (
    "东简街道东海大道 12 号",
    "乐华街道海滨路 86 号",
    "东山街道人民大道 3 号",
    "硇洲镇码头街 7 号",
)


def load(now: datetime, *, trouble: bool = False) -> int:
    """Walk sample cases of the last weeks to different places. Returns how many. Every one is
    handled in time, unless trouble is wanted: then some stand where they were handed in."""
    source = random.Random(5)  # noqa: S311 - demonstration data, the same every time
    items = list(
        ServiceItem.objects.filter(unit__code="SC", by_application=True)
        .select_related("unit", "current")
        .exclude(current__situations__isnull=False)
        .exclude(current__materials__source="applicant", current__materials__form="copy")[:12]
    )
    people = citizens(PEOPLE)
    act_for_a_firm(people[3], now.date())
    staff = {a.username: actor_of(a, now.date()) for a in Account.objects.filter(applicant=None)}
    begun = sorted(
        now - timedelta(days=source.randrange(1, DAYS), hours=source.randrange(9))
        for _ in range(CASES)
    )
    for place, at in enumerate(begun):
        walk = _Walk(source, items, staff, now, trouble=trouble)
        walk.go(actor_of(source.choice(people), at.date()), _opening_hour(at), place)
    return CASES


class _Walk:
    def __init__(
        self,
        source: random.Random,
        items: list[ServiceItem],
        staff: dict[str, Actor],
        now: datetime,
        *,
        trouble: bool,
    ):
        self.source, self.items, self.staff, self.now = source, items, staff, now
        self.trouble = trouble

    def go(self, applicant: Actor, at: datetime, place: int) -> None:
        matter = self._apply(applicant, at, place)
        lately = published().add(at.astimezone(CHINA).date(), FRESH) >= self.now.date()
        waits = self.source.random() < (0.4 if self.trouble else 0.8 * lately)
        for step, actor, data in self._begun() if waits else self._road():
            at = self._in_time(self._later(at), matter)
            if at >= self.now:
                return
            key = f"demo-{place}-{step}"
            by = self.staff.get(actor, applicant)
            matter = take(Handling.steps[step], matter.number, by, data, key=key, at=at).matter

    def _apply(self, applicant: Actor, at: datetime, place: int) -> Matter:
        item = self.source.choice(self.items)
        data = {
            "item": item.implementation_code,
            "subject": self.source.choice(SHOPS),
            "address": self.source.choice(STREETS),
            "town": self.source.choice(TOWNS),
            "contact": applicant.name,
            "answers": {},
            "uploads": {},
        }
        key = uuid5(NAMESPACE_URL, f"tongban-demo-{place}").hex
        return take(Handling.apply, None, applicant, data, key=key, at=at).matter

    def _begun(self) -> Iterator[tuple[str, str, dict[str, object]]]:
        """Handed in lately: half wait to be accepted, half are being examined."""
        if self.source.random() < 0.5:
            yield "accept", "chen", {}

    def _road(self) -> Iterator[tuple[str, str, dict[str, object]]]:
        """One of the roads a case may go, as far as time allows."""
        road = self.source.random()
        if road < 0.1:
            yield (
                "request_corrections",
                "chen",
                {"corrections": "请补充经营场所平面图，标明操作间位置。"},
            )
            return
        if road < 0.15:
            yield "decline", "chen", {"reason": "申请事项依法不需要取得行政许可。"}
            yield "evaluate", "", {"level": 4, "words": "说得很清楚"}
            return
        yield "accept", "chen", {}
        if road < 0.25:
            yield "pause", "liang", {"rule": "检验检测", "days": 5}
            return
        if road < 0.32:
            yield "refuse", "liang", {"reason": "经营场所与污染源距离不足 25 米，不符合许可条件。"}
            yield "evaluate", "", {"level": self.source.choice((3, 4, 5)), "words": ""}
            return
        yield "grant", "liang", {"opinion": "材料齐全，符合许可条件，准予许可。", "years": 5}

    def _in_time(self, at: datetime, matter: Matter) -> datetime:
        """Not after the day on which the case is due, nor after an answer to it is."""
        due = matter.due_on or (matter.act_on if matter.state == "submitted" else None)
        if self.trouble or due is None or at.astimezone(CHINA).date() <= due:
            return at
        last = datetime.combine(due, time(LAST_HOUR), CHINA)
        return max(last, matter.changed_at + timedelta(minutes=5))

    def _later(self, at: datetime) -> datetime:
        """Some working hours on."""
        hours = self.source.randrange(2, 30)
        return _opening_hour(at + timedelta(hours=hours))


def _opening_hour(at: datetime) -> datetime:
    """The same time if the hall is open then, else the next morning it is."""
    local, calendar = at.astimezone(CHINA), published()
    if not 9 <= local.hour < 17:
        local = (local + timedelta(days=local.hour >= 17)).replace(hour=9, minute=local.minute)
    day = calendar.next_working(local.date())
    return local.replace(year=day.year, month=day.month, day=day.day)
