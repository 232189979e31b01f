"""When a delegated power should be taken back: pure functions of what the quarters say.

行政处罚法 第二十四条: whoever hands powers to towns evaluates regularly how they are used.
"""

from django.utils.translation import gettext as _

FEWEST_CASES = 5  # below this a share says nothing
MOST_OVERTURNED = 0.10  # of the cases reversed in review or lost in court
IDLE_QUARTERS = 4  # a year without one case


def advice(quarters: int, cases: int, overturned: int) -> str:
    """Why the power should be taken back from the town; empty when it should stay."""
    if cases >= FEWEST_CASES and overturned / cases > MOST_OVERTURNED:
        return _("复议纠正和败诉 %(overturned)d 件，占办件 %(share).1f%%，超过 %(most).0f%%") % {
            "overturned": overturned,
            "share": 100 * overturned / cases,
            "most": 100 * MOST_OVERTURNED,
        }
    if quarters >= IDLE_QUARTERS and cases == 0:
        return _("连续 %d 个季度没有办件") % quarters
    return ""
