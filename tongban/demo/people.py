"""One account per role, a few citizens, and the demonstration's population register."""

import random
from datetime import date

import pyotp
from django.contrib.auth.hashers import make_password
from stdnum.cn import uscc

from tongban.kernel.people.actor import Actor, actor_of
from tongban.kernel.people.models import (
    Account,
    Agency,
    Applicant,
    Assignment,
    EnterpriseRecord,
    PopulationRecord,
)
from tongban.kernel.people.roles import Role
from tongban.kernel.trust import vault
from tongban.kernel.units.models import Unit

ACCOUNTS = (
    ("chen", "陈敏", Role.CLERK, "SC"),
    ("liang", "梁伟", Role.APPROVER, "SC"),
    ("huang", "黄志强", Role.UNIT_ADMIN, "SC"),
    ("wu", "吴珍", Role.TOWN_CLERK, "T2"),
    ("he", "何丽", Role.HOTLINE_AGENT, "HOT"),
    ("lin", "林涛", Role.ANALYST, "WJ"),
    ("zheng", "郑洁", Role.DATA_OFFICER, "ZS"),
    ("zhou", "周平", Role.OPERATOR, "ZS"),
    ("leader", "谢建国", Role.LEADER, "ZONE"),
    ("sysadmin", "系统管理员", Role.SYSTEM_ADMIN, "ZS"),
    ("secadmin", "安全管理员", Role.SECURITY_ADMIN, "ZS"),
    ("audadmin", "审计管理员", Role.AUDIT_ADMIN, "ZS"),
)
MORE = (
    ("luo", "罗芳", Role.CLERK, "SC"),
    ("deng", "邓丽", Role.CLERK, "SC"),
    ("ye", "叶辉", Role.CLERK, "GA"),
    ("mo", "莫军", Role.APPROVER, "GA"),
    ("zhao", "赵敏", Role.OPERATOR, "ZS"),
)
FIRMS = 300
FIRM_NAMES, TRADES = (
    ("海东", "硇洲", "民安", "东海岛", "泉庄"),
    ("食品", "商贸", "物流", "建材", "渔业"),
)
STREETS = ("东海大道", "乐山路", "人民大道中", "永平南路")
SCOPES = ("食品销售；餐饮服务", "水产品加工", "道路货物运输", "建筑材料批发", "日用百货零售")
FIRST_PHONE = 13800138000
FAMILY = "李王张陈林黄吴周郑梁谢罗"
GIVEN = ("小明", "芳", "志强", "秀英", "伟", "静", "建国", "丽", "海", "娟", "军", "晓东")
BIRTH_PLACE = "440801"
SHOPKEEPER = ("李小明", "440801199001011232")


def load(password: str, today: date) -> None:
    units = {unit.code: unit for unit in Unit.objects.all()}
    hashed = make_password(password)  # slow on purpose, and the same for all
    heads = (
        (f"head-{unit.code.lower()}", f"{unit.short_name}负责人", Role.UNIT_ADMIN, unit.code)
        for unit in units.values()
        if unit.kind in (Unit.Kind.DEPARTMENT, Unit.Kind.TOWN) and unit.code != "SC"
    )
    for username, name, role, unit in (*ACCOUNTS, *MORE, *heads):
        account = Account.objects.create(
            username=username,
            password=hashed,
            name=name,
            totp_sealed=vault.encrypt(pyotp.random_base32()),
        )
        Assignment.objects.create(
            account=account, unit=units[unit], role=role, from_on=date(today.year, 1, 1)
        )
    _population()


class Staff:
    """The demonstration's staff as actors, found by name or by the unit they head."""

    def __init__(self, today: date):
        accounts = Account.objects.filter(applicant=None)
        self.actors = {account.username: actor_of(account, today) for account in accounts}

    def __getitem__(self, name: str) -> Actor:
        return self.actors[name]

    def head(self, unit: str) -> Actor:
        return self.actors.get(f"head-{unit.lower()}", self.actors["huang"])


def citizens(count: int) -> list[Account]:
    """Citizens with phone, name and checked ID number: the first of the register."""
    made = []
    for n, (name, number) in enumerate(persons(count)):
        applicant = Applicant(kind=Applicant.Kind.NATURAL, identity_level=2)
        applicant.set_name(name)
        applicant.set_id(number)
        applicant.set_phone(str(FIRST_PHONE + 1000 + n))
        applicant.save()
        made.append(Account.objects.create_user_named(f"p-{applicant.code}", applicant=applicant))
    return made


def persons(count: int) -> list[tuple[str, str]]:
    """Invented people with right check digits; the same ones every time."""
    source = random.Random(20220928)  # noqa: S311 - demonstration data, the same every time
    found = []
    for n in range(count):
        name = source.choice(FAMILY) + source.choice(GIVEN)
        day = date(1950 + source.randrange(55), 1 + source.randrange(12), 1 + source.randrange(28))
        found.append((name, with_check(f"{BIRTH_PLACE}{day:%Y%m%d}{n % 1000:03d}")))
    return found


def with_check(body: str) -> str:
    """17 digits and their check character (GB 11643, ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * (2 ** (17 - place) % 11) for place, digit in enumerate(body))
    return body + "10X98765432"[total % 11]


def _population() -> None:
    people = {number: name for name, number in persons(500)}
    name, number = SHOPKEEPER
    people[with_check(number[:17])] = name
    PopulationRecord.objects.bulk_create(
        PopulationRecord(id_index=vault.index("id", number), name_index=vault.index("name", name))
        for number, name in people.items()
    )
    EnterpriseRecord.objects.bulk_create(firms())


def firms() -> list[EnterpriseRecord]:
    """Invented enterprises with right check characters (GB 32100); the same ones every time."""
    source = random.Random(20221231)  # noqa: S311 - demonstration data
    return [
        EnterpriseRecord(
            uscc=with_credit_check(f"91440800MA5{n:06d}"),
            name=f"湛江{source.choice(FIRM_NAMES)}{n % 97:02d}{source.choice(TRADES)}有限公司",
            address=f"湛江经开区{source.choice(STREETS)} {source.randrange(1, 200)} 号",
            representative=source.choice(FAMILY) + source.choice(GIVEN),
            scope=source.choice(SCOPES),
        )
        for n in range(FIRMS)
    ]


def act_for_a_firm(agent: Account, today: date) -> Applicant:
    """The first enterprise of the register authorises a citizen."""
    record = EnterpriseRecord.objects.order_by("pk")[0]
    firm = Applicant(kind=Applicant.Kind.LEGAL, identity_level=2)
    firm.set_name(record.name)
    firm.set_id(record.uscc)
    firm.save()
    assert agent.applicant is not None
    Agency.objects.create(principal=firm, agent=agent.applicant, from_on=today)
    return firm


def with_credit_check(body: str) -> str:
    """17 characters and their check character (GB 32100)."""
    return body + str(uscc.calc_check_digit(body))
