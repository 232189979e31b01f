"""Refusals for machines: problem+json (RFC 9457), one shape whoever refuses."""

import json

from django.http import HttpResponse

PROBLEM = "application/problem+json"
TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    412: "Precondition Failed",
    422: "Unprocessable Content",
    503: "Service Unavailable",
}


def problem(
    status: int, code: str, detail: str, errors: dict[str, list[str]] | None = None
) -> HttpResponse:
    """code: stable, for programs. detail: for people, with the cure."""
    title = TITLES.get(status, "Error")
    body = {"type": "about:blank", "title": title, "status": status, "code": code}
    body |= {"detail": detail} | ({"errors": errors} if errors is not None else {})
    answer = HttpResponse(json.dumps(body, ensure_ascii=False), PROBLEM, status)
    if status == 401:
        answer["WWW-Authenticate"] = "Bearer"
    return answer
