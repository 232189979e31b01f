"""Papers that wait for a seal are made when one may be used again: one by one, each kept as soon
as it is made, so that a job that dies goes on where it was."""

import logging
from collections.abc import Iterator

from tongban.kernel.ledger.models import Event
from tongban.kernel.procedures.after import work
from tongban.kernel.procedures.models import Matter

from .making import NoSeal, make_document
from .models import waiting_in
from .procedure import SEAL_WAITING

log = logging.getLogger(__name__)


@work(SEAL_WAITING)
def seal_waiting(matter: Matter, event: Event) -> None:
    for number, failed in make_waiting(matter.unit_id):
        if failed:
            log.warning("%s still waits: %s", number, failed)


def make_waiting(unit: int) -> Iterator[tuple[str, str]]:
    """(number of the paper, why it still waits, or nothing when it is made), oldest first."""
    rows = waiting_in(unit).order_by("pk")
    for paper in rows.select_related("matter__unit", "matter__applicant", "event"):
        try:
            make_document(paper.matter, paper.event)
            yield paper.number, ""
        except NoSeal as reason:
            yield paper.number, str(reason)
