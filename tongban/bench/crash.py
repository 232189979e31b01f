"""kill -9 of web, database or everything, again and again under load.

Every person keeps trying the same step with the same key until it is acknowledged, as a browser
or another system would. At the end each acknowledged step must be in the ledger exactly once.
"""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from socket import create_connection, socket

from . import load
from .house import scratch, signed_in
from .report import Figure

ROUNDS, CASES, HANDS = 20, 12_000, 4
CALM_SECONDS = (0.8, 2.5)
VICTIMS = ("web", "database", "worker", "everything")


def measure(scale: float) -> list[Figure]:
    rounds = max(int(ROUNDS * scale), 1)
    with scratch() as folder:
        from django.db import connection
        from django.utils import timezone

        from tongban.demo import bulk, people, reference
        from tongban.runtime.postgres import Postgres

        now = timezone.now()
        reference.load(now.date())
        people.load("bench", now.date())
        numbers = bulk.Bulk("SC", now.date()).write(CASES, now, roads=((),))
        headers = signed_in("chen")
        connection.close()
        server = Postgres(folder)
        server.stop()
        house = _House(folder.path)
        people_at_work = _People(house.port, numbers, headers)
        people_at_work.start()
        killed = [house.kill(random.choice(VICTIMS)) for _ in range(rounds)]  # noqa: S311
        house.wait_until_answering()
        time.sleep(CALM_SECONDS[1])
        people_at_work.stop()
        house.stop()
        server.start()
        lost, doubled = _compare(people_at_work.acknowledged)
    details = {victim: killed.count(victim) for victim in VICTIMS}
    details |= {"acknowledged": len(people_at_work.acknowledged)}
    details |= {"tried_again": people_at_work.tried_again}
    return [
        Figure("rounds", rounds, "kills", details=details),
        Figure("lost", lost, "steps"),
        Figure("doubled", doubled, "steps"),
    ]


class _House:
    """`tongban up` as a person would run it, and as a person would start it again."""

    def __init__(self, path: Path):
        self.path = path
        with socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self._up()

    def _up(self) -> None:
        command = [sys.executable, "-m", "tongban.cli", "up", "--empty"]
        command += ["--data", str(self.path), "--port", str(self.port)]
        clean = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "TONGBAN_DATA")}
        quiet = subprocess.DEVNULL
        self.process = subprocess.Popen(command, stdout=quiet, stderr=quiet, env=clean)
        self.wait_until_answering()

    def wait_until_answering(self) -> None:
        for _ in range(600):
            with suppress(OSError), create_connection(("127.0.0.1", self.port), timeout=1):
                return
            time.sleep(0.1)
        raise TimeoutError("the house did not come back")

    def kill(self, victim: str) -> str:
        time.sleep(random.uniform(*CALM_SECONDS))  # noqa: S311
        found = serving(self.path)
        chosen = found.get(victim) or found["web"]
        if victim == "everything":
            chosen = [self.process.pid, *(pid for pids in found.values() for pid in pids)]
        for pid in chosen:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if victim == "everything":
            self.process.wait()
            self._up()
        return victim

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(60)


def serving(path: Path) -> dict[str, list[int]]:
    """The processes that serve an installation, by what they are."""
    found: dict[str, list[int]] = {"web": [], "worker": [], "database": []}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with suppress(OSError):
            words = (entry / "cmdline").read_bytes().decode(errors="replace")
            around = (entry / "environ").read_bytes().decode(errors="replace")
            if f"TONGBAN_DATA={path}" in around and int(entry.name) != os.getpid():
                kind = "web" if "granian" in words else "worker" if "worker" in words else ""
                found.setdefault(kind, []).append(int(entry.name))
    found.pop("", None)
    with suppress(OSError, ValueError, IndexError):
        text = (path / "database" / "postmaster.pid").read_text()
        found["database"] = [int(text.split()[0])]
    return found


def web_processes(path: Path) -> list[int]:
    """The oldest first: the one that brings up the others."""
    return sorted(serving(path)["web"])


def kill(path: Path, times: int, apart: float) -> None:
    """A random web process with -9, again and again; the server brings up another."""
    for _ in range(times):
        time.sleep(random.uniform(0.5, 1.5) * apart)  # noqa: S311
        victims = web_processes(path)
        if len(victims) > 1:
            with suppress(ProcessLookupError):
                os.kill(random.choice(victims[1:]), signal.SIGKILL)  # noqa: S311


class _People:
    """Some people, each with one step after the other, until told to stop."""

    def __init__(self, port: int, numbers: list[str], headers: dict[str, str]):
        self.port, self.headers = port, headers
        self.numbers, self.lock = iter(numbers), threading.Lock()
        self.acknowledged: list[str] = []
        self.tried_again, self.stopped = 0, threading.Event()
        self.threads = [threading.Thread(target=self._work) for _ in range(HANDS)]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def stop(self) -> None:
        self.stopped.set()
        for thread in self.threads:
            thread.join()

    def _work(self) -> None:
        while not self.stopped.is_set():
            with self.lock:
                number = next(self.numbers, None)
            if number is None:
                return
            if self._until_acknowledged(number):
                self.acknowledged.append(number)

    def _until_acknowledged(self, number: str) -> bool:
        path = f"/desk/case/{number}/step/accept/"
        message = load.request("POST", path, self.headers, f"key=crash-{number}")
        while not self.stopped.is_set():
            with (
                suppress(OSError, ValueError),
                create_connection(("127.0.0.1", self.port), timeout=10) as connection,
            ):
                connection.sendall(message)
                if load.read_answer(connection, b"")[0] == 302:
                    return True
            self.tried_again += 1
            time.sleep(0.05)
        return False


def _compare(acknowledged: list[str]) -> tuple[int, int]:
    """Steps acknowledged but not in the ledger, and steps that are there twice."""
    from collections import Counter

    from tongban.kernel.ledger.models import Event
    from tongban.kernel.ledger.verify import verify

    taken = Counter(Event.objects.filter(step="accept").values_list("matter__number", flat=True))
    verify(lambda part, done, total: None)
    lost = sum(1 for number in acknowledged if number not in taken)
    return lost, sum(1 for count in taken.values() if count > 1)
