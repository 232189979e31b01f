"""The worker is killed again and again while it seals: every paper is made, each exactly once."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import httpx

from tests.house import empty_folder, free_port, processes_of, running
from tests.walk.conftest import District

CASES, KILLS, WITHIN_SECONDS = 30, 3, 90
WRITE = """
from django.utils import timezone
from tongban.demo import people, reference
from tongban.demo.bulk import Bulk
now = timezone.now()
reference.load(now.date())
people.load("a-password-of-tests", now.date())
print(" ".join(Bulk("SC", now.date()).write({cases}, now, roads=((),))))
"""
COUNT = """
from tongban.services.seals.models import Seal, SealedDocument
from procrastinate.contrib.django.models import ProcrastinateJob as Job
papers = SealedDocument.objects.filter(matter__number__in="{numbers}".split())
made = papers.filter(file__isnull=False)
uses = sum(Seal.objects.filter(unit__code="SC").values_list("uses", flat=True))
left = Job.objects.filter(queue_name="after", status__in=("todo", "doing")).count()
print(made.count(), papers.count(), uses, left)
"""


def kill_worker(folder):
    for process in processes_of(folder):
        with suppress(OSError):
            if b"config.worker" in Path(f"/proc/{process}/cmdline").read_bytes():
                os.kill(int(process), signal.SIGKILL)


def test_a_worker_killed_while_sealing_loses_no_paper_and_makes_none_twice():
    with empty_folder("killed") as folder, running(folder, port := free_port(), "--empty"):
        district = District(folder, port)
        numbers = district.shell(WRITE.format(cases=CASES)).split()
        key = district.command("api-key", "add", "chen", "--purpose", "test")

        def accept(number):
            headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": f"k-{number}"}
            path = f"{district.address}/api/v1/case/{number}/accept/"
            return httpx.post(path, headers=headers, json={}, timeout=30).status_code

        with ThreadPoolExecutor(4) as people:
            answers = people.map(accept, numbers)
            for _ in range(KILLS):
                time.sleep(1.5)
                kill_worker(folder)
            assert set(answers) == {200}
        end, count = time.monotonic() + WITHIN_SECONDS, COUNT.format(numbers=" ".join(numbers))
        while (told := district.shell(count)).split() != [*[str(CASES)] * 3, "0"]:
            assert time.monotonic() < end, told
            time.sleep(1)
