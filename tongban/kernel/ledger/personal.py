"""Personal values beside the chain: recorded by salted digest, readable until erased."""

import os

from ..trust.sm3 import sm3
from ..trust.vault import decrypt, encrypt
from .models import Event, PersonalFact

SALT = 16


class Personal:
    """Collects the personal values of one step before its event exists."""

    def __init__(self, values: dict[str, str]):
        self.values = {field: (os.urandom(SALT), value) for field, value in values.items()}

    def digests(self) -> dict[str, str]:
        return {field: digest(salt, value) for field, (salt, value) in self.values.items()}

    def keep(self, event: Event) -> None:
        PersonalFact.objects.bulk_create(self.rows(event))

    def rows(self, event: Event) -> list[PersonalFact]:
        return [
            PersonalFact(event=event, field=field, salt=salt, value=encrypt(value))
            for field, (salt, value) in self.values.items()
        ]


def digest(salt: bytes, value: str) -> str:
    return sm3(bytes(salt) + value.encode()).hex()


def read(event: Event) -> dict[str, str]:
    """The personal values of an event that have not been erased."""
    return {fact.field: decrypt(fact.value) for fact in event.personal.all()}
