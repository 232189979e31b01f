"""The address behind the code on the hall's board: it changes, so that only who is there has it."""

from datetime import datetime

from django.utils.crypto import constant_time_compare, salted_hmac

MINUTES = 5


def _token(period: int) -> str:
    return salted_hmac("hall.here", str(period)).hexdigest()[:16]


def _period(now: datetime) -> int:
    return int(now.timestamp()) // (60 * MINUTES)


def address(now: datetime) -> str:
    return f"/hall/here/{_token(_period(now))}/"


def is_valid(token: str, now: datetime) -> bool:
    """Of this period or the one before: somebody may have scanned it a moment ago."""
    latest = (_token(_period(now)), _token(_period(now) - 1))
    return any(constant_time_compare(token, one) for one in latest)
