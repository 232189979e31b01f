"""Verification for other systems: is this file what was sealed? No key needed."""

from datetime import datetime

from django.http import HttpRequest
from ninja import File, Router, Schema
from ninja.files import UploadedFile

from tongban.kernel.api.door import PUBLIC_REFUSALS

from .verifying import verify

router = Router(tags=["verify"], auth=None)


class VerdictOut(Schema):
    """answer: valid, valid_but_changed_after or invalid. sm2: of the detached SM2 signature."""

    answer: str
    signer: str
    signed_at: datetime | None
    seal_in_force: bool
    sm2: bool | None
    document: str | None
    number: str | None


@router.post("/", response={200: VerdictOut, **PUBLIC_REFUSALS}, summary="文书验真")
def verify_file(request: HttpRequest, file: File[UploadedFile]) -> dict[str, object]:
    found = verify(file.read())
    paper = found.document
    return {
        "answer": found.answer,
        "signer": found.signer,
        "signed_at": found.signed_at,
        "seal_in_force": found.seal_in_force,
        "sm2": found.sm2,
        "document": paper.title if paper else None,
        "number": paper.number if paper else None,
    }
