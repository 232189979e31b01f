"""2,000 devices, each heard of once a minute: how much of one core that is.

Measured over SECONDS at the rate they come, as processor time of web processes and database; the
raw limit is the same number of bare inserts. Beside it what the server alone takes for the same
messages when nothing is done with them: at so slow a rate most of it is waking up.
"""

import json
import time
from contextlib import suppress
from pathlib import Path

from . import load
from .crash import serving
from .house import scratch, served
from .report import Figure
from .rush import press
from .turns import BARE

DEVICES, SECONDS, CONNECTIONS = 2_000, 30.0, 200
FLOOR = "tongban.bench.floor_asgi:application"
TICKS = 100  # of processor time a second, in /proc


def measure(scale: float) -> list[Figure]:
    seconds = SECONDS * scale
    with scratch() as folder:
        messages = _messages(int(DEVICES * seconds / 60))
        ours, late = _cost(folder.path, "", messages, seconds)
        alone, _late = _cost(folder.path, FLOOR, messages, seconds)
        bare, _late = _cost(
            folder.path, BARE, [load.request("GET", "/insert/", {})] * len(messages), seconds
        )
    return [
        Figure(
            "heartbeats_share_of_core",
            round(100 * ours, 2),
            "% of one core",
            round(100 * bare, 2),
            round(bare / ours, 3) if ours else None,
            {
                "server_alone": round(100 * alone, 2),
                "devices": DEVICES,
                "per_minute": DEVICES,
                "sent": len(messages),
                "p99_ms": late,
            },
        )
    ]


def _messages(count: int) -> list[bytes]:
    from django.utils import timezone

    from tongban.demo import reference
    from tongban.kernel.devices.models import Device
    from tongban.kernel.devices.tokens import digest
    from tongban.kernel.units.models import Unit

    reference.load(timezone.localdate())
    unit = Unit.objects.get(code="ZS")
    Device.objects.bulk_create(
        Device(code=f"D{n}", kind="kiosk", name=f"机{n}", unit=unit, token=digest(f"t{n}"))
        for n in range(DEVICES)
    )
    body = json.dumps({"health": {"paper": "ok", "printer": "ok"}, "software": "1.0"})
    return [_message(n % DEVICES, body) for n in range(count)]


def _message(device: int, body: str) -> bytes:
    head = f"POST /device/v1/heartbeat/ HTTP/1.1\r\nHost: bench\r\nAuthorization: Device t{device}"
    head += f"\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return (head + body).encode()


def _cost(path: Path, application: str, messages: list[bytes], seconds: float) -> tuple[float, int]:
    """(share of one core, p99 in ms): what serving them took, less what an idle server takes."""
    with served(application) if application else served() as port:
        load.run(port, lambda n: messages[n % len(messages)], seconds=4.0, connections=8)
        idle = _used(path, lambda: time.sleep(5)) / 5
        rush = []
        busy = _used(
            path,
            lambda: rush.append(press(port, messages, within=seconds, connections=CONNECTIONS)),
        )
    assert set(rush[0].statuses()) == {200}, rush[0].statuses()
    return max(busy / rush[0].elapsed - idle, 0.0), round(rush[0].percentile(0.99) * 1000)


def _used(path: Path, work: object) -> float:
    """Seconds of processor time that the processes of the installation used meanwhile."""
    before = _ticks(path)
    work()  # type: ignore[operator]
    return (_ticks(path) - before) / TICKS


def _ticks(path: Path) -> int:
    """Of the web processes and of every process of the database."""
    found = serving(path)
    total = 0
    for pid in [*found["web"], *(pid for one in found["database"] for pid in _family(one))]:
        with suppress(OSError):
            words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += int(words[11]) + int(words[12])
    return total


def _family(parent: int) -> list[int]:
    found = [parent]
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                words = (entry / "stat").read_text().rpartition(")")[2].split()
                if int(words[1]) == parent:
                    found.append(int(entry.name))
    return found
