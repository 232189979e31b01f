"""Keys of other systems: shown once, kept as a digest, each with a purpose and an end."""

import secrets
from datetime import datetime, timedelta

from ..trust.sm3 import sm3
from .models import Account, ApiKey

PREFIX = "tb_"
LASTS = timedelta(days=365)


def new_key(account: Account, purpose: str, now: datetime) -> str:
    token = PREFIX + secrets.token_urlsafe(32)
    ApiKey.objects.create(
        account=account, digest=sm3(token.encode()), purpose=purpose, expires_at=now + LASTS
    )
    return token


def account_of_key(token: str, now: datetime) -> Account | None:
    """Whose key it is; None when unknown, ended or withdrawn."""
    found = (
        ApiKey.objects.select_related("account")
        .filter(digest=sm3(token.encode("utf-8", "replace")), expires_at__gt=now)
        .filter(account__is_active=True)
        .first()
    )
    return found.account if found else None
