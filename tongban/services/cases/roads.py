"""The road of a case inside the unit, as the item's list draws it: pure functions of its steps.

Every case is received, examined, decided and delivered by the procedure itself. What a list names
beside these is a review of its own: by its post, after the steps it names, side by side where it
names none in common; a post of another unit is named with it, `WJ:approver`. A step whose name says
that somebody goes there is a check on the spot.
"""

from typing import Any

from tongban.services.catalogue.posts import is_elsewhere

STANDARD = frozenset({"受理", "审查", "决定", "办结送达"})
ON_THE_SPOT = ("现场", "勘验", "核查")
Steps = list[dict[str, Any]]


def is_on_the_spot(name: str) -> bool:
    return any(words in name for words in ON_THE_SPOT)


def reviews(steps: Steps) -> list[str]:
    """Further reviews that the list names, in its order."""
    return [s["name"] for s in steps if _is_further(s) and not is_on_the_spot(s["name"])]


def own_reviews(steps: Steps) -> list[str]:
    """Those that the unit of the case makes itself."""
    elsewhere = {s["name"] for s in steps if is_elsewhere(s["post"])}
    return [name for name in reviews(steps) if name not in elsewhere]


def checks(steps: Steps) -> list[str]:
    return [s["name"] for s in steps if _is_further(s) and is_on_the_spot(s["name"])]


def open_now(steps: Steps, done: set[str], post: str) -> list[str]:
    """Reviews that somebody in the post can make now: all further steps before them are done."""
    return [s["name"] for s in _turn(steps, done) if s["post"] == post]


def elsewhere_now(steps: Steps, done: set[str]) -> Steps:
    """Reviews whose turn it is and that a post of another unit makes."""
    return [s for s in _turn(steps, done) if is_elsewhere(s["post"])]


def _turn(steps: Steps, done: set[str]) -> Steps:
    named = {s["name"]: s for s in steps}
    return [
        named[name]
        for name in reviews(steps)
        if name not in done
        and all(before in done or before in STANDARD for before in named[name]["after"])
    ]


def left(steps: Steps, done: set[str]) -> list[str]:
    """Further steps that must still be made before the decision."""
    return [name for name in (*reviews(steps), *checks(steps)) if name not in done]


def _is_further(step: dict[str, Any]) -> bool:
    return step["name"] not in STANDARD
