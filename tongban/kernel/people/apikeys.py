"""Keys of other systems: shown once, kept as a digest, each with a purpose, a scope and an end."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import QuerySet

from ..trust import vault
from ..trust.sm3 import sm3
from .models import Account, ApiKey

PREFIX = "tb_"
LASTS = timedelta(days=365)
USE_NOTED = timedelta(hours=1)  # a key in use costs one write an hour


def new_key(
    account: Account,
    purpose: str,
    now: datetime,
    *,
    kinds: Sequence[str] = (),
    may_write: bool = True,
    secret: str = "",
) -> str:
    token = PREFIX + secrets.token_urlsafe(32)
    ApiKey.objects.create(
        account=account,
        digest=sm3(token.encode()),
        purpose=purpose,
        kinds=list(kinds),
        may_write=may_write,
        secret_sealed=vault.encrypt(secret) if secret else b"",
        expires_at=now + LASTS,
    )
    return token


def in_force(now: datetime) -> QuerySet[ApiKey]:
    return ApiKey.objects.filter(expires_at__gt=now).select_related("account")


def key_of(token: str, now: datetime) -> ApiKey | None:
    """None when it is unknown, ended or withdrawn."""
    digest = sm3(token.encode("utf-8", "replace"))
    found = in_force(now).filter(digest=digest, account__is_active=True).first()
    if found and (found.used_at is None or now - found.used_at > USE_NOTED):
        ApiKey.objects.filter(pk=found.pk).update(used_at=now)
    return found


def end(pk: int, now: datetime) -> bool:
    return bool(in_force(now).filter(pk=pk).update(expires_at=now))
