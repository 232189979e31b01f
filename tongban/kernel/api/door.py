"""The machine door: who is asking, and every refusal as problem+json (RFC 9457)."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer

from tongban import __version__

from ..people.actor import Actor, actor_of
from ..people.apikeys import key_of
from ..procedures.refusals import Invalid, NotAllowed, NotNow, Refusal, Stale
from ..screens.problems import PROBLEM, problem
from .scope import refuse_beyond

STATUS = {Stale.code: 409, NotNow.code: 409, NotAllowed.code: 403, Invalid.code: 422}


class Problem(Schema):
    """Why a call was refused. code: stable, for programs; detail: for people, with the cure."""

    type: str = "about:blank"
    title: str
    status: int
    code: str
    detail: str
    errors: dict[str, list[str]] | None = None


REFUSALS: dict[int, Any] = dict.fromkeys((400, 401, 403, 404, 409, 412, 422, 503), Problem)
READ_REFUSALS: dict[int, Any] = dict.fromkeys((400, 401, 403, 404, 422, 503), Problem)
PUBLIC_REFUSALS = {status: READ_REFUSALS[status] for status in (400, 404, 422, 503)}  # no key


class Key(HttpBearer):
    """`Authorization: Bearer …` with a key made by the bureau, for what the key is good for."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        now = timezone.now()
        key = key_of(token, now)
        if key is None:
            return None
        refuse_beyond(key, request, now)
        request.api_key = key  # type: ignore[attr-defined]
        acting = actor_of(key.account, timezone.localdate())
        request.acting = acting  # type: ignore[attr-defined]
        return acting


class Door(NinjaAPI):
    """Documents every answer as what it really is: problems are problem+json."""

    def get_openapi_schema(self, *args: Any, **kwargs: Any) -> Any:
        schema = super().get_openapi_schema(*args, **kwargs)
        for operations in schema["paths"].values():
            for operation in operations.values():
                for status, answer in operation.get("responses", {}).items():
                    content = answer.get("content", {})
                    if int(status) >= 400 and "application/json" in content:
                        answer["content"] = {PROBLEM: content["application/json"]}
        return schema


api = Door(
    title="Tongban 通办",
    version=__version__,
    description="Every step that a page offers, for other systems. "
    "Writes need an Idempotency-Key; a repeated key returns the first answer.",
    urls_namespace="api",
    openapi_url="/openapi.json",
    docs_url=None,
    auth=Key(),
)


@api.exception_handler(Refusal)
def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    errors = refusal.errors if isinstance(refusal, Invalid) else None
    return problem(STATUS[refusal.code], refusal.code, refusal.reason, errors)


@api.exception_handler(ValidationError)
def not_of_the_schema(request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = faults([{**fault, "loc": fault["loc"][1:] or fault["loc"]} for fault in error.errors])
    return problem(422, "invalid", _("请求不符合接口说明：%s") % "、".join(errors), errors)


def faults(found: Sequence[Any]) -> dict[str, list[str]]:
    """Messages by place, from what pydantic found."""
    errors: dict[str, list[str]] = {}
    for fault in found:
        place = ".".join(str(part) for part in fault["loc"])
        errors.setdefault(place, []).append(fault["msg"])
    return errors


@api.exception_handler(AuthenticationError)
def unknown_key(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return problem(401, "unauthorized", _("请在 Authorization: Bearer 中提供有效的接口密钥"))


@api.exception_handler(Http404)
def not_there(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(404, "not_found", _("没有这个对象，或您不能查看"))


@api.exception_handler(HttpError)
def malformed(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(error.status_code, "bad_request", str(error))
