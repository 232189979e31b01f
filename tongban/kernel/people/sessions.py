"""Sessions in the database, read by one plain statement: they are read on every page."""

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as Stored
from django.utils import timezone

from ..queries import prepared

FIND = "select session_data, expire_date from django_session where session_key = %s"


class SessionStore(Stored):
    def _get_session_from_db(self) -> Any:
        with prepared.cursor() as cursor:
            cursor.execute(FIND, [self.session_key])
            row = cursor.fetchone()
        if row is None or row[1] <= timezone.now():
            self._session_key = None
            return None
        key: Any = self.session_key
        return self.model(session_key=key, session_data=row[0], expire_date=row[1])
