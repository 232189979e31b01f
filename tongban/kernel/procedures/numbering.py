"""Numbers people can read aloud: unit, date, daily sequence, check digit; without gaps."""

import secrets
from datetime import date

from ..queries import prepared

QUERY_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
NEXT = """
insert into procedures_numbercounter (prefix, day, last) values (%s, %s, %s)
on conflict (prefix, day) do update
  set last = procedures_numbercounter.last + excluded.last returning last
"""


def next_number(prefix: str, day: date) -> str:
    """SC20220928-0037-6. Call inside the transaction that uses the number."""
    return number_of(prefix, day, next_number_of(prefix, day))


def number_of(prefix: str, day: date, sequence: int) -> str:
    body = f"{prefix}{day:%Y%m%d}-{sequence:04d}"
    return f"{body}-{check_digit(body)}"


def next_number_of(series: str, day: date) -> int:
    """1, 2, 3 … of a series on a day."""
    return reserve(series, day, 1)[0]


def reserve(series: str, day: date, count: int) -> range:
    """The next so many numbers of a series, for whoever must give them without asking."""
    with prepared.cursor() as cursor:
        cursor.execute(NEXT, [series, day, count])
        last = int(cursor.fetchone()[0])
    return range(last - count + 1, last + 1)


def check_digit(body: str) -> str:
    """ISO 7064 MOD 11,10 over the digits, letters counted as 10 to 35."""
    product = 10
    for character in body:
        if character == "-":
            continue
        for digit in str(int(character, 36)):
            product = (product + int(digit)) % 10 or 10
            product = product * 2 % 11
    return str((11 - product) % 10)


def is_number(text: str) -> bool:
    body, _, check = text.rpartition("-")
    stripped = body.replace("-", "")
    return stripped.isascii() and stripped.isalnum() and check == check_digit(body)


def new_query_code() -> str:
    return "".join(secrets.choice(QUERY_ALPHABET) for _ in range(10))


def next_in_year(series: str, year: int) -> int:
    """The next number of a series that begins anew each year (文号)."""
    return next_number_of(series, date(year, 1, 1))
