"""The tool that gives Chinese words Chinese punctuation, and leaves what is code. It leaves raw
strings, so what goes in stands in them here."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))
import punctuation

SOURCE = r'''"""中,文."""
rows = "甲,乙\n"
pattern = r"甲,乙"
words = "甲,乙"
'''
PAGE = r'{{ x|yesno:"是,否" }}{% if a == "是,否" %}是,否{% endif %}'
CALL = r'#align(center, "题")'


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        (r"可办,请等: %(n)d", "可办，请等：%(n)d"),
        (r"限期(5 天)?", "限期（5 天）？"),
        (r"%(a)s(%(b)s)已收", "%(a)s（%(b)s）已收"),
        (r"10:30 到", r"10:30 到"),
        (r"a, b (c)", r"a, b (c)"),
    ],
)
def test_marks_beside_chinese_are_widened_and_no_others(narrow, wide):
    assert punctuation.widened(narrow) == wide == punctuation.widened(wide)


def test_code_is_left():
    before, _comma, last = SOURCE.rpartition(",")
    assert punctuation.python(SOURCE) == before + "\uff0c" + last
    assert punctuation.html(PAGE).count(",") == 1  # what Django splits
    assert punctuation.typ(CALL) == CALL
