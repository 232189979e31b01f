"""One thing: the order of its parts, the joint limit, materials once, and the road as BPMN."""

import csv
import io
import random

import pytest
from django.test import Client
from lxml import etree
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow

from tests import district  # noqa: F401
from tongban.demo.rows import FOLDER
from tongban.services.catalogue import bpmn, joint
from tongban.services.catalogue.joint import Part


def test_a_serial_part_waits_for_all_before_and_a_parallel_one_for_the_last_serial():
    waits = joint.waits([("a", "serial"), ("b", "parallel"), ("c", "parallel"), ("d", "serial")])
    assert waits == {"a": (), "b": ("a",), "c": ("a",), "d": ("a", "b", "c")}


def test_the_joint_limit_is_the_critical_path_and_not_the_sum():
    parts = [Part("a", "甲", 1), Part("b", "乙", 5, ("a",)), Part("c", "丙", 9, ("a",))]
    placed = joint.place([*parts, Part("d", "丁", 2, ("b", "c"))])
    assert joint.limit(placed) == 12
    assert {p.part.code for p in placed if p.critical} == {"a", "c", "d"}


def test_a_circle_is_refused_and_shown():
    parts = [Part("a", "甲", 1, ("c",)), Part("b", "乙", 1, ("a",)), Part("c", "丙", 1, ("b",))]
    with pytest.raises(joint.Circular) as refused:
        joint.place(parts)
    assert refused.value.circle[0] == refused.value.circle[-1]
    assert set(refused.value.circle) == {"甲", "乙", "丙"}


def random_parts(source):
    parts = []
    for n in range(source.randrange(1, 9)):
        after = tuple(f"c{m}" for m in range(n) if source.random() < 0.3)
        parts.append(Part(f"c{n}", f"事项{n}", source.randrange(0, 9), after))
    return parts


def longest(parts, code, seen=()):
    part = next(p for p in parts if p.code == code)
    return part.days + max((longest(parts, c) for c in part.after), default=0)


def run(content):
    """The order in which an outside engine completes the tasks."""
    parser = BpmnParser()
    parser.add_bpmn_xml(etree.fromstring(content), filename="theme.bpmn")
    workflow = BpmnWorkflow(parser.get_spec(parser.get_process_ids()[0]))
    done = []
    workflow.do_engine_steps()
    while ready := [t for t in workflow.get_tasks() if t.state == 16 and t.task_spec.manual]:
        done.append(ready[0].task_spec.bpmn_id)
        ready[0].run()
        workflow.do_engine_steps()
    assert workflow.is_completed()
    return done


@pytest.mark.parametrize("seed", range(25))
def test_an_outside_engine_reads_the_export_and_keeps_the_order(seed):
    parts = random_parts(random.Random(seed))
    placed = joint.place(parts)
    assert joint.limit(placed) == max(longest(parts, p.code) for p in parts)
    done = run(bpmn.export("TH99", "试", placed))
    assert sorted(done) == sorted(f"t_{p.code}" for p in parts)
    for part in parts:
        for before in part.after:
            assert done.index(f"t_{before}") < done.index(f"t_{part.code}")


@pytest.mark.django_db
def test_every_theme_of_the_reference_has_a_guide_and_an_export():
    with (FOLDER / "themes.csv").open(encoding="utf-8-sig") as lines:
        themes = [row["code"] for row in csv.DictReader(io.StringIO(lines.read()))]
    assert len(themes) == 62
    client = Client()
    for code in themes:
        page = client.get(f"/themes/{code}/")
        assert page.status_code == 200
        context = page.context
        assert context["limit"] <= context["sum"]
        assert context["limit"] <= joint.BOUND_DAYS + joint.LONGER_DAYS
        names = [m.name for m in context["materials"]]
        assert len(names) == len(set(names))
        assert context["saved"] >= 0
        run(client.get(f"/themes/{code}/order.bpmn").content)


@pytest.mark.django_db
def test_a_question_that_several_parts_ask_is_asked_once(django_assert_max_num_queries):
    client = Client()
    with django_assert_max_num_queries(6):
        page = client.get("/themes/TH01/")
    texts = [text for text, _ in page.context["questions"]]
    assert len(texts) == len(set(texts))
    number = texts.index("经营场所是否租赁") + 1
    chosen = client.get("/themes/TH01/", {f"q{number}": "是"})
    assert "租赁合同" in [m.name for m in chosen.context["materials"]]
    assert "租赁合同" not in [m.name for m in page.context["materials"]]
