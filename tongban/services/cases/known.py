"""What a person need not type again: facts they gave before, what their certificates say, and
what the registers know."""

from typing import Any

from tongban.kernel.people.actor import Actor
from tongban.kernel.people.models import Applicant, EnterpriseRecord
from tongban.services.catalogue.form_fields import Asked, Prefill
from tongban.services.certificates import wallet

from .models import Case

MOST_LOOKED_AT = 20  # earlier cases


def known_facts(asked: list[Asked], person: Actor) -> dict[str, Any]:
    """Key → value for the fields asked: the newest value given under the same name, else what a
    certificate in force says, else what the real-name register holds. Personal facts come from the
    register alone."""
    own = Case.objects.filter(matter__applicant=person.applicant_id or 0).order_by("-pk")
    earlier = list(own.values_list("facts", flat=True)[:MOST_LOOKED_AT])
    held = [one.facts for one in wallet.in_force([person.applicant_id or 0])]
    applicant = Applicant.objects.filter(pk=person.applicant_id or 0).first()
    firm = _firm(person)
    found: dict[str, Any] = {}
    for one in asked:
        key = one.field.key
        given = next((facts[key] for facts in (*earlier, *held) if facts.get(key)), "")
        if not given and applicant:
            given = _registered(applicant, firm, Prefill(one.field.prefill))
        if given:
            found[key] = given
    return found


def _firm(person: Actor) -> EnterpriseRecord | None:
    """The one legal person somebody acts for, or is; of several it would be a guess."""
    legal = Applicant.objects.filter(pk__in=person.applicant_ids, kind=Applicant.Kind.LEGAL)
    numbers = [one.id_number for one in legal[:2]]
    return EnterpriseRecord.objects.filter(uscc=numbers[0]).first() if len(numbers) == 1 else None


def _registered(applicant: Applicant, firm: EnterpriseRecord | None, what: Prefill) -> str:
    """Only the one asked for is deciphered."""
    match what:
        case Prefill.FIRM_NAME:
            return firm.name if firm else ""
        case Prefill.FIRM_ADDRESS:
            return firm.address if firm else ""
        case Prefill.FIRM_PERSON:
            return firm.representative if firm else ""
        case Prefill.FIRM_SCOPE:
            return firm.scope if firm else ""
        case Prefill.NAME:
            return applicant.name
        case Prefill.ID_NUMBER:
            return applicant.id_number
        case Prefill.PHONE:
            return applicant.phone
        case _:
            return ""
