"""Carriers of messages. The demonstration's write to files in the data folder."""

from collections.abc import Callable
from pathlib import Path
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.utils import timezone
from django.utils.module_loading import import_string

LONGEST_SUBJECT = 60
Carrier = Callable[[str, str], None]


class NotDelivered(Exception):
    """The carrier did not take the message; it is tried again later."""


def sms_carrier() -> Carrier:
    carrier: Carrier = import_string(settings.SMS_CARRIER)
    return carrier


def sms_to_file(phone: str, text: str) -> None:
    """One line a message: time, phone, text."""
    path = Path(settings.DATA) / "outbox" / "sms.log"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(f"{timezone.localtime():%Y-%m-%d %H:%M:%S}\t{phone}\t{text}\n")
    except OSError as error:
        raise NotDelivered(str(error)) from error


def mail(address: str, text: str) -> None:
    """By Django's mail settings: a file a message in the demonstration, SMTP in a district."""
    subject = text if len(text) <= LONGEST_SUBJECT else text[: LONGEST_SUBJECT - 1] + "…"
    try:
        send_mail(subject, text, None, [address])
    except (OSError, SMTPException) as error:
        raise NotDelivered(str(error)) from error
