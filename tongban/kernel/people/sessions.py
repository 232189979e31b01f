"""Sessions in the database, read by one plain statement: they are read on every page."""

from datetime import datetime
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as Stored
from django.utils import timezone

from ..queries import prepared

FIND = """
select session_key, session_data, expire_date from django_session where session_key = any(%s)
"""


class SessionStore(Stored):
    def _get_session_from_db(self) -> Any:
        found = _lasting([self.session_key or ""])
        if not found:
            self._session_key = None
            return None
        key, data, expires = found[0]
        return self.model(session_key=key, session_data=data, expire_date=expires)


def sessions_of(keys: list[str]) -> dict[str, dict[str, Any]]:
    """What the sessions hold that have not expired, by key; for many requests at once."""
    store = SessionStore()
    return {key: store.decode(data) for key, data, _expires in _lasting(keys)}


def _lasting(keys: list[str]) -> list[tuple[str, str, datetime]]:
    with prepared.cursor() as cursor:
        cursor.execute(FIND, [keys])
        rows = cursor.fetchall()
    now = timezone.now()
    return [row for row in rows if row[2] > now]
