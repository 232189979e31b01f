"""Pages behind the event loop: whole at once, long ones no faster than they are taken."""

import asyncio
import threading
from urllib.parse import parse_qs

import pytest

from tongban.config.bridge import WHOLE, bridged

PART = WHOLE // 2


class Page(list):
    """A WSGI answer that says how far it was read, and whether it was closed."""

    def __init__(self, parts):
        super().__init__(parts)
        self.read, self.closed = 0, False

    def __iter__(self):
        for part in super().__iter__():
            self.read += 1
            yield part

    def close(self):
        self.closed = True


def asked(page, *, method="POST", sent=(b"",), query=b"", slow=None):
    """The messages that the browser gets, and what the page read of the request: its body, the
    thread it ran in, what was asked."""
    told, heard = [], []
    bodies = list(sent)

    def pages(environ, start_response):
        body, thread = environ["wsgi.input"].read(), threading.current_thread().name
        heard.append((body, thread, environ["QUERY_STRING"]))
        start_response("200 OK", [("X-Words", "é"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])
        if isinstance(page, Exception):
            raise page
        return page

    async def receive():
        await asyncio.sleep(0)
        body = bodies.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(bodies)}

    async def send(message):
        if slow:
            slow(message)
        await asyncio.sleep(0.01)
        told.append(message)

    scope = {"type": "http", "method": method, "path": "/", "query_string": query, "headers": []}
    scope["http_version"] = "1.1"
    asyncio.run(bridged(pages, 1)(scope, receive, send))
    return told, heard


def test_a_page_is_sent_whole_with_every_header_of_the_same_name():
    page = Page([b"a", b"b"])
    told, heard = asked(page, sent=[b"key=", b"1"])
    assert told == [
        {
            "type": "http.response.start",
            "status": 200,
            "headers": [(b"x-words", b"\xe9"), (b"set-cookie", b"a=1"), (b"set-cookie", b"b=2")],
        },
        {"type": "http.response.body", "body": b"ab"},
    ]
    assert page.closed and heard == [(b"key=1", "page_0", "")]


def test_a_long_answer_is_never_read_further_than_it_is_taken():
    page, ahead = Page([b"x" * PART] * 20), []
    told = []

    def slow(message):
        told.append(message)
        ahead.append(page.read * PART - sum(len(m.get("body", b"")) for m in told))

    sent, _heard = asked(page, slow=slow)
    assert b"".join(m.get("body", b"") for m in sent) == b"x" * PART * 20
    assert len(sent) > 5 and not sent[-1].get("more_body")
    assert max(ahead) <= WHOLE + PART and page.closed


def test_who_only_asks_is_not_waited_for_to_say_more():
    told, heard = asked(Page([b"ok"]), method="GET", sent=())
    assert told[-1]["body"] == b"ok" and heard[0][0] == b""


def test_a_long_message_is_read_by_the_page_as_it_comes():
    parts = [bytes([65 + n]) * 5_000 for n in range(6)]
    _told, heard = asked(Page([b"ok"]), sent=parts)
    assert heard[0][0] == b"".join(parts)


def test_an_address_whose_words_were_never_encoded_is_read_all_the_same():
    """Browsers encode; scanners and scripts may not."""
    told, heard = asked(Page([b""]), method="GET", query="q=社保&a=%20+b".encode())
    assert parse_qs(heard[0][2]) == {"q": ["社保"], "a": ["  b"]} and told[0]["status"] == 200


def test_what_breaks_is_told_to_the_server_and_what_was_open_is_closed():
    with pytest.raises(ValueError, match="of the page"):
        asked(ValueError("of the page"))
    page = Page([b"x" * PART] * 20)

    def gone(message):
        raise ConnectionError("the browser left")

    with pytest.raises(ConnectionError):
        asked(page, slow=gone)
    assert page.closed and page.read < 20
