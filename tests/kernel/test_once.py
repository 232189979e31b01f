"""Queries that are built once give what the same query gives when built anew."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.db.models import Count, F

from tests import district
from tongban.kernel.people.models import Account
from tongban.kernel.procedures import lists
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.procedure import procedure
from tongban.kernel.queries.once import Ask, Once, OnceUpdated
from tongban.kernel.units.models import Unit

pytestmark = pytest.mark.django_db


def test_models_come_with_what_belongs_to_them(django_assert_num_queries):
    case = district.applied(district.shopkeeper())
    query = Once(
        lambda: Matter.objects.select_related("unit", "applicant", "part_of").filter(
            number=Ask("number")
        )
    )
    with django_assert_num_queries(1):
        found = query.first(number=case.number)
        assert (found.unit.code, found.applicant, found.part_of) == ("SC", case.applicant, None)
    assert found.clock == case.clock and found.head_hash == bytes(case.head_hash)
    assert query.first(number="none") is None
    found.title = "别的"
    found.save(update_fields=["title"])  # it is a row like any other
    assert Matter.objects.get(pk=case.pk).title == "别的"


def test_columns_left_out_are_read_when_they_are_wanted(django_assert_num_queries):
    query = Once(lambda: Unit.objects.filter(code=Ask("code")).only("code"))
    found = query.first(code="SC")
    with django_assert_num_queries(1):
        assert found.short_name


def test_tuples_values_and_sums():
    plain = Unit.objects.order_by("code")
    codes = ["SC", "GA", "RS"]
    among = Once(lambda: plain.filter(code__among=Ask("codes")).values_list("code", "kind"))
    assert among.all(codes=codes) == list(plain.filter(code__in=codes).values_list("code", "kind"))
    assert among.all(codes=[]) == []
    flat = Once(lambda: plain.filter(code__among=Ask("codes")).values_list("code", flat=True))
    assert flat.all(codes=codes) == sorted(codes)
    values = Once(lambda: plain.filter(code=Ask("code")).values("pk", "name"))
    assert values.first(code="SC") == plain.filter(code="SC").values("pk", "name").get()
    counted = Once(lambda: plain.values_list("kind").order_by().annotate(n=Count("pk")))
    assert dict(counted.all()) == dict(plain.values_list("kind").order_by().annotate(n=Count("pk")))
    marked = Once(lambda: plain.annotate(letters=F("code")).filter(code=Ask("code")))
    assert marked.first(code="GA").letters == "GA"


def test_an_update_says_how_many_it_changed():
    rename = OnceUpdated(lambda: Account.objects.filter(username=Ask("who")), name=Ask("name"))
    assert rename(who="chen", name="陈小敏") == 1 and rename(who="nobody", name="谁") == 0
    assert Account.objects.get(username="chen").name == "陈小敏"


def test_what_is_said_is_never_part_of_the_text():
    query = Once(lambda: Unit.objects.filter(code=Ask("code")))
    assert query.first(code="' or 1=1 --") is None
    with pytest.raises(KeyError, match="code"):
        query.first()


@pytest.mark.django_db(transaction=True)
def test_many_threads_fill_in_the_same_text():
    query = Once(lambda: Unit.objects.filter(code=Ask("code")))
    codes = list(Unit.objects.values_list("code", flat=True))[:12] * 20

    def ask(code):
        try:
            return query.first(code=code).code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, codes)) == codes


def test_each_set_of_filters_finds_what_the_plain_query_finds():
    keeper = district.shopkeeper()
    for n in range(6):
        district.applied(keeper, key=f"k{n}")
    chen, kind, today = district.person("chen"), procedure("case"), district.TODAY
    for state in ("", "open", "submitted", "granted"):
        for light in ("", "green", "red", "odd"):
            for unit in ("", "SC", "GA"):
                for sort in ("newest", "due"):
                    for after in ("", "3", "2099-01-01_1", "x_1"):
                        told = lists.Filters(state, light, unit, "", sort, after)
                        rows = lists.filtered(lists.scoped(kind, chen), told, today)
                        plain = [m.pk for m in lists.page(rows, told).rows]
                        assert [m.pk for m in lists.listed(kind, chen, told, today).rows] == plain


def test_what_is_built_once_is_planned_once():
    """By the server, for any values: else each asking would plan it anew."""
    units = Once(lambda: Unit.objects.filter(code=Ask("code"), name__contains="planned once"))
    for code in ("SC", "ZS", "SC"):
        units.all(code=code)
    with connection.cursor() as cursor:
        cursor.execute(
            "select generic_plans, custom_plans from pg_prepared_statements"
            " where statement like '%units_unit%LIKE%' order by prepare_time desc limit 1"
        )
        assert cursor.fetchone() == (3, 0)


def test_rows_of_one_answer_share_what_they_belong_to_and_two_answers_do_not():
    account = district.shopkeeper()
    for key in ("one", "other"):
        district.applied(account, key)
    query = Once(lambda: Matter.objects.select_related("unit", "applicant").order_by("pk"))
    one, other = query.all()[-2:]
    assert one.unit is other.unit and one.applicant is other.applicant
    assert query.all()[-1].unit is not other.unit
    plain = Matter.objects.get(pk=one.pk)
    assert one == plain and one.opened_at == plain.opened_at
    assert one.opened_at.tzinfo is plain.opened_at.tzinfo  # loaded by another hand
    assert not one._state.adding and one._state.db == plain._state.db
