"""Signatures on what goes between systems, in both directions: the scheme of Standard Webhooks.

`v1,` and base64 of HMAC-SHA256 over `id.timestamp.content`, keyed by the bytes behind `whsec_`.
What is sent to us is signed over its request line and its body, so that a body that was signed
for one address is good for no other. https://www.standardwebhooks.com
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

PREFIX, VERSION = "whsec_", "v1"
TOLERANCE = timedelta(minutes=5)  # an older request may be one caught and sent again


class BadSignature(ValueError):
    """The text says what is wrong and the cure."""


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def sign(secret: str, name: str, at: datetime, content: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{name}.{int(at.timestamp())}.".encode() + content
    made = hmac.new(key, signed, hashlib.sha256).digest()
    return f"{VERSION},{base64.b64encode(made).decode()}"


def headers(secret: str, name: str, at: datetime, content: bytes) -> dict[str, str]:
    return {
        "webhook-id": name,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": sign(secret, name, at, content),
    }


def check(secret: str, given: Mapping[str, str], content: bytes, now: datetime) -> None:
    """given: the three headers. Several signatures, parted by spaces, let a secret be changed.
    Raises BadSignature."""
    name, stated = given.get("webhook-id", ""), given.get("webhook-timestamp", "")
    if not (name and stated.isdecimal() and len(stated) < 12):
        raise BadSignature(_("缺少 webhook-id、webhook-timestamp 或 webhook-signature"))
    at = datetime.fromtimestamp(int(stated), now.tzinfo)
    if abs(now - at) > TOLERANCE:
        raise BadSignature(_("webhook-timestamp 与本机时间相差超过 5 分钟，请校准时钟后重签"))
    wanted = sign(secret, name, at, content)
    offered = given.get("webhook-signature", "").split(" ")
    if not any(hmac.compare_digest(wanted.encode(), one.encode()) for one in offered):
        raise BadSignature(_("签名不符：请核对密钥；签名的内容是“方法 路径”、换行和正文"))
