"""A load generator small enough not to be the bottleneck: raw HTTP/1.1 over kept connections."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count

from .answers import answered

Request = bytes


@dataclass(frozen=True)
class Run:
    """done: answers; failed: of another status than wanted; seconds: of each, sorted."""

    done: int
    failed: int
    elapsed: float
    seconds: list[float]

    @property
    def rate(self) -> float:
        return self.done / self.elapsed if self.elapsed else 0.0

    def percentile(self, share: float) -> float:
        return self.seconds[min(int(len(self.seconds) * share), len(self.seconds) - 1)]


def request(method: str, path: str, headers: dict[str, str], body: str = "") -> Request:
    lines = [f"{method} {path} HTTP/1.1", "Host: bench"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body:
        lines += ["Content-Type: application/x-www-form-urlencoded"]
        lines += [f"Content-Length: {len(body.encode())}"]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


def run(
    port: int,
    make: Callable[[int], Request | None],
    *,
    connections: int = 8,
    seconds: float = 8.0,
    status: int | tuple[int, ...] = 200,
) -> Run:
    """Send make(0), make(1), … over some connections until time or requests are up. status: what
    is no failure."""
    good = (status,) if isinstance(status, int) else status
    numbers, times, failed = count(), [], []
    end = time.perf_counter() + seconds

    def work() -> None:
        for answer, took in _talk(port, make, numbers, end):
            times.append(took)
            if answer not in good:
                failed.append(answer)

    threads = [threading.Thread(target=work) for _ in range(connections)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed = time.perf_counter() - began
    return Run(len(times), len(failed), elapsed, sorted(times))


def _talk(
    port: int, make: Callable[[int], Request | None], numbers: Iterator[int], end: float
) -> Iterator[tuple[int, float]]:
    connection = socket.create_connection(("127.0.0.1", port), timeout=30)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    waiting = b""
    with connection:
        while time.perf_counter() < end and (message := make(next(numbers))) is not None:
            began = time.perf_counter()
            connection.sendall(message)
            status, waiting = read_answer(connection, waiting)
            yield status, time.perf_counter() - began


def read_answer(connection: socket.socket, waiting: bytes) -> tuple[int, bytes]:
    """Status of the next answer and what was read beyond it."""
    while (found := answered(waiting)) is None:
        waiting += _more(connection)
    status, length = found
    return status, waiting[length:]


def _more(connection: socket.socket) -> bytes:
    part = connection.recv(65536)
    if not part:
        raise ConnectionError("the server closed the connection")
    return part
