"""Sessions in the database, read by one plain statement: they are read on every page."""

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as Stored
from django.utils import timezone

from ..queries import prepared

FIND = """
select session_key, session_data, expire_date from django_session where session_key = any(%s)
"""


class SessionStore(Stored):
    def _get_session_from_db(self) -> Any:
        with prepared.cursor() as cursor:
            cursor.execute(FIND, [[self.session_key]])
            row = cursor.fetchone()
        if row is None or row[2] <= timezone.now():
            self._session_key = None
            return None
        return self.model(session_key=row[0], session_data=row[1], expire_date=row[2])


def sessions_of(keys: list[str]) -> dict[str, dict[str, Any]]:
    """What the sessions hold that have not expired, by key; for many requests at once."""
    with prepared.cursor() as cursor:
        cursor.execute(FIND, [keys])
        rows = cursor.fetchall()
    now, store = timezone.now(), SessionStore()
    return {key: store.decode(data) for key, data, expires in rows if expires > now}
