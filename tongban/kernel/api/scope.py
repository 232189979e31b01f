"""What a key is good for: kinds of matters, reading or writing, signed requests or not."""

from collections.abc import Collection
from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext as _

from ..exchange.signing import BadSignature, check
from ..people.models import ApiKey
from ..procedures.refusals import NotAllowed

READING = ("GET", "HEAD", "OPTIONS")
OF_ALL_KINDS = ("feed", "push")  # these look at the kinds themselves
SIGNATURE = ("webhook-id", "webhook-timestamp", "webhook-signature")


def refuse_beyond(key: ApiKey, request: HttpRequest, now: datetime) -> None:
    """Raises NotAllowed, with the cure."""
    kind = request.path.split("/")[3] if request.path.count("/") > 3 else ""
    if kind not in OF_ALL_KINDS:
        refuse_kind(key.kinds, kind)
    if request.method in READING:
        return
    if not key.may_write:
        raise NotAllowed(_("这个密钥只能读取；需要办理时请向行政审批局申请可写的密钥"))
    if key.secret_sealed:
        _refuse_unsigned(key, request, now)


def refuse_kind(kinds: Collection[str], kind: str) -> None:
    if kinds and kind not in kinds:
        raise NotAllowed(_("这个密钥只用于：%s") % "、".join(sorted(kinds)))


def _refuse_unsigned(key: ApiKey, request: HttpRequest, now: datetime) -> None:
    """The signed id is the attempt's own key, so that a request caught and sent again within the
    tolerance only repeats the first answer."""
    given = {name: request.headers.get(name, "") for name in SIGNATURE}
    content = f"{request.method} {request.get_full_path()}\n".encode() + request.body
    try:
        check(key.secret, given, content, now)
    except BadSignature as fault:
        raise NotAllowed(str(fault)) from fault
    attempt = request.headers.get("Idempotency-Key", given["webhook-id"])
    if attempt != given["webhook-id"]:
        raise NotAllowed(_("webhook-id 应与 Idempotency-Key 相同"))
