"""What the hall counts and keeps: topics, facilities, the kinds of its counters, a year of taps."""

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from tongban.kernel.clock import published
from tongban.kernel.procedures.taking import CHINA
from tongban.services.booking.models import Group, Session
from tongban.services.hall.models import Counter, Facility, Kind, Tap, Topic

QUESTIONS = (
    *("办事流程", "材料清单", "窗口在哪", "预约取号", "社保", "医保", "营业执照", "税务"),
    *("不动产", "户籍", "办理进度", "其他"),
)
SHEETS = ("复印", "打印")
FACILITIES = (
    ("轮椅", "一楼导办台", 4),
    ("老花镜", "各填单台", 20),
    ("雨伞", "一楼导办台", 50),
    ("母婴室", "一楼东侧", 1),
    ("急救药箱", "一楼导办台", 2),
    ("自动体外除颤器", "一楼大门", 1),
    ("充电站", "等候区", 6),
    ("无障碍卫生间", "各楼层", 4),
)
SPECIAL = (
    ("SC", Kind.ENTERPRISE),
    ("SW", Kind.TAX),
    ("ZS", Kind.CANNOT_BE_DONE),
    ("RS", Kind.CROSS_CITY),
    ("GA", Kind.PICK_UP),
    ("WJ", Kind.ONE_THING),
)
A_DAY, DAYS = 300, 365
COPIES_A_DAY, SHEETS_AT_ONCE = 150, (1, 1, 2, 2, 3, 4, 6)


def load() -> None:
    Topic.objects.bulk_create(Topic(name=name) for name in QUESTIONS)
    Topic.objects.bulk_create(Topic(name=name, kind=Topic.Kind.SHEETS) for name in SHEETS)
    Facility.objects.bulk_create(Facility(name=n, place=p, number=c) for n, p, c in FACILITIES)
    for unit, kind in SPECIAL:
        last = Counter.objects.filter(unit__code=unit).last()
        if last:
            Counter.objects.filter(pk=last.pk).update(kind=kind)
    saturday = {"weekday": 5, "opens": time(9), "closes": time(12), "extended": True}
    for group in Group.objects.filter(code__in=("GA", "RS")):
        Session.objects.create(group=group, online=2, phone=0, reserved=1, wave=0, **saturday)


def load_year(today: date) -> Iterator[int]:
    """Taps of a year's working days, nearly as many a day as the report says; once."""
    if Tap.objects.filter(at__date__lt=today).exists():
        return
    source = random.Random(300)  # noqa: S311 - demonstration data
    topics = list(Topic.objects.filter(kind=Topic.Kind.QUESTION))
    weights = [5, 5, 4, 4, 3, 3, 3, 2, 2, 2, 2, 1][: len(topics)]
    machines = list(Topic.objects.filter(kind=Topic.Kind.SHEETS))
    calendar = published()
    days = [today - timedelta(n + 1) for n in range(DAYS)]
    for done, day in enumerate((d for d in days if calendar.is_working(d)), start=1):
        asked = source.choices(topics, weights, k=round(source.gauss(A_DAY, 20)))
        rows = [Tap(topic=topic, at=_hour(source, day)) for topic in asked]
        left = round(source.gauss(COPIES_A_DAY, 12))
        while left > 0:
            number = min(source.choice(SHEETS_AT_ONCE), left)
            machine = source.choice(machines)
            rows.append(Tap(topic=machine, at=_hour(source, day), number=number))
            left -= number
        Tap.objects.bulk_create(rows)
        yield done


def _hour(source: random.Random, day: date) -> datetime:
    """Most come in the middle of the morning."""
    hour = source.choices((9, 10, 11, 14, 15, 16, 17), (6, 8, 5, 2, 6, 5, 2))[0]
    return datetime.combine(day, time(hour, source.randrange(60), source.randrange(60)), CHINA)
