"""Many people who press in the same second: open loop, each from the moment it meant to press."""

import select
import socket
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from .answers import answered

PAUSE, AGAIN = 0.2, 0.05  # seconds before the first press; before one tries again
Answer = tuple[int, float]  # status, seconds since it was meant to be sent


@dataclass(frozen=True)
class Rush:
    """answers: by place of the message. elapsed: seconds until the last answer."""

    answers: list[Answer]
    elapsed: float

    @property
    def rate(self) -> float:
        return len(self.answers) / self.elapsed

    def percentile(self, share: float, status: int = 0) -> float:
        """Seconds; of one kind of answer when a status is named."""
        times = sorted(took for told, took in self.answers if not status or told == status)
        return times[min(int(len(times) * share), len(times) - 1)] if times else 0.0

    def statuses(self) -> dict[int, int]:
        found: dict[int, int] = {}
        for status, _seconds in self.answers:
            found[status] = found.get(status, 0) + 1
        return found


def press(port: int, messages: Sequence[bytes], *, within: float, connections: int) -> Rush:
    """All messages, spread evenly over `within` seconds, over connections that are open already.
    A connection that breaks is opened again and its message sent again, as people do."""
    return _Crowd(port, messages, within, connections).press()


class _Person:
    """One kept connection, the messages it has still to send, and whether the first is sent."""

    def __init__(self, number: int, places: range):
        self.number, self.places = number, deque(places)
        self.connection: socket.socket | None = None
        self.heard, self.waits = b"", False


class _Crowd:
    """One loop over all connections, so light that what is measured is the server: both share the
    processors of one machine."""

    def __init__(self, port: int, messages: Sequence[bytes], within: float, connections: int):
        self.port, self.messages = port, messages
        self.apart = within / len(messages)
        self.answers: list[Answer] = [(0, 0.0)] * len(messages)
        self.waiting = len(messages)
        self.poll = select.epoll()
        self.by_number: dict[int, _Person] = {}
        self.people = [
            _Person(first, range(first, len(messages), connections)) for first in range(connections)
        ]

    def press(self) -> Rush:
        for person in self.people:
            self._connect(person)
        self.began = time.perf_counter() + PAUSE
        due = [(self._meant(p.places[0]), n) for n, p in enumerate(self.people) if p.places]
        heapify(due)
        while self.waiting:
            while due and due[0][0] <= time.perf_counter():
                _at, n = heappop(due)
                if not self._send(self.people[n]):
                    heappush(due, (time.perf_counter() + AGAIN, n))
            until = due[0][0] - time.perf_counter() if due else AGAIN
            for number, _what in self.poll.poll(max(until, 0)):
                person = self.by_number[number]
                if (next_at := self._hear(person)) is not None:
                    heappush(due, (next_at, person.number))
        elapsed = time.perf_counter() - self.began
        self._close()
        return Rush(self.answers, elapsed)

    def _meant(self, place: int) -> float:
        return self.began + self.apart * place

    def _connect(self, person: _Person) -> None:
        person.connection = socket.create_connection(("127.0.0.1", self.port))
        person.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        person.connection.setblocking(False)
        person.heard = b""
        self.by_number[person.connection.fileno()] = person
        self.poll.register(person.connection, select.EPOLLIN)

    def _send(self, person: _Person) -> bool:
        try:
            if person.connection is None:
                self._connect(person)
            assert person.connection is not None
            person.connection.sendall(self.messages[person.places[0]])
        except OSError:
            self._lose(person)
            return False
        person.waits = True
        return True

    def _hear(self, person: _Person) -> float | None:
        """When this connection has something to send, if what it heard tells."""
        assert person.connection is not None
        try:
            part = person.connection.recv(65536)
        except OSError:
            part = b""
        if not part:
            self._lose(person)
            return time.perf_counter() + AGAIN if person.waits else None
        person.heard += part
        if not person.waits or (found := answered(person.heard)) is None:
            return None
        status, length = found
        person.heard, person.waits = person.heard[length:], False
        place = person.places.popleft()
        self.answers[place] = (status, time.perf_counter() - self._meant(place))
        self.waiting -= 1
        return self._meant(person.places[0]) if person.places else None

    def _lose(self, person: _Person) -> None:
        if person.connection is not None:
            self.by_number.pop(person.connection.fileno(), None)
            self.poll.unregister(person.connection)
            person.connection.close()
            person.connection = None

    def _close(self) -> None:
        for person in self.people:
            self._lose(person)
        self.poll.close()
