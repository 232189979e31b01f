"""The hall's machines in a real browser: paired, live, alone without network, open for days."""

import re
from contextlib import suppress

from playwright.sync_api import Error as PageChanged

from .conftest import DESKTOP

TICKETS = """
from tongban.services.hall.models import Ticket
for t in Ticket.objects.filter(label='{label}'): print(t.matter.state, t.calls)
"""
DRAW = """
from tongban.kernel.procedures.taking import take
from tongban.services.hall import queue
from tongban.services.hall.procedure import Queueing
from uuid import uuid4
print(take(Queueing.draw, None, queue.HALL_MACHINE, {'group': 'GA'}, key=uuid4().hex).matter.title)
"""
CALL = """
from django.utils import timezone
from tongban.kernel.people.actor import actor_of
from tongban.kernel.people.models import Account
from tongban.services.hall import queue
from tongban.services.hall.models import Counter, Ticket
clerk = actor_of(Account.objects.get(username='ye'), timezone.localdate())
found = queue.call_next(Counter.objects.filter(unit__code='GA').first(), clerk, 'spoken')
print(Ticket.objects.get(matter=found).label)
"""
HEARD = "performance.getEntriesByType('resource').some(e => e.name.endsWith('/voice/{part}.ogg'))"
REFRESHES = 300


def pair(walker, kind, who):
    """who: another each time, because a one-time code opens once in its half minute."""
    screen, bureau = walker(DESKTOP), walker(DESKTOP)
    screen.go("/hall/screen/")
    code = screen.page.locator(".pair-code").inner_text()
    bureau.sign_in_staff(who)
    bureau.go("/desk/hall/")
    bureau.page.get_by_label("屏幕上的 6 位配对码").fill(code)
    bureau.page.locator("#id_name").fill(f"{kind} 一")
    bureau.page.locator("#id_kind").select_option(kind)
    bureau.press("配对", exact=True)
    bureau.see(f"{kind} 一")
    bureau.check()
    return screen


def until(one, holds):
    """Asked again and again: the page's own policy forbids the browser to wait on words."""
    for _ in range(100):
        with suppress(PageChanged):  # it went on by itself meanwhile: asked again
            if one.page.evaluate(holds):
                return
        one.page.wait_for_timeout(250)
    raise AssertionError(holds)


def test_a_machine_gives_numbers_without_network_and_they_arrive_once(walker, district):
    machine = pair(walker, "machine", "zhao")
    machine.page.wait_for_selector("[data-draw]", timeout=9000)  # it starts to show by itself
    machine.check()
    until(machine, "!!JSON.parse(localStorage.getItem('tongban-machine') || '{}').day")
    machine.context.set_offline(True)
    machine.page.locator("button[name=group]").first.click()
    shown = machine.page.locator("[data-alone] b")
    shown.wait_for(timeout=9000)
    label = shown.inner_text()
    assert re.fullmatch(r"[A-Z]\d{3}", label)
    assert district.shell(TICKETS.format(label=label)) == ""
    machine.faults.clear()  # the browser says that the network is away
    machine.context.set_offline(False)
    until(machine, "JSON.parse(localStorage.getItem('tongban-machine')).journal.length === 0")
    assert district.shell(TICKETS.format(label=label)) == "waiting 0"
    machine.page.reload()
    machine.page.locator("button[name=group]").first.click()
    machine.see("您的号码")
    machine.check()


def test_a_board_open_for_a_week_does_not_grow(walker, district):
    """A week of calls, in as many refreshes of the live part as a test has time for."""
    board = pair(walker, "board", "zhou")
    board.page.wait_for_selector("[data-live]", timeout=9000)
    district.shell(DRAW)
    tools = board.context.new_cdp_session(board.page)
    tools.send("HeapProfiler.enable")

    def size():
        tools.send("HeapProfiler.collectGarbage")
        used = board.page.evaluate("performance.memory ? performance.memory.usedJSHeapSize : 0")
        return board.page.evaluate("document.getElementsByTagName('*').length"), used

    refresh = """async (times) => {
      const part = document.querySelector('[data-live]');
      for (let n = 0; n < times; n += 1) {
        const done = new Promise((go) =>
          part.addEventListener('htmx:afterSettle', go, {once: true}));
        htmx.trigger(part, 'live');
        await done;
      }
    }"""
    board.page.evaluate(refresh, 50)
    before = size()
    board.page.evaluate(refresh, REFRESHES)
    after = size()
    assert after[0] == before[0]
    assert after[1] - before[1] < 2_000_000
    board.page.evaluate("performance.clearResourceTimings()")  # 250 are kept
    label = district.shell(CALL)
    board.see(label)
    until(board, HEARD.format(part="qing"))  # this browser has no voice: recorded numbers speak
    until(board, HEARD.format(part=label[0]))
