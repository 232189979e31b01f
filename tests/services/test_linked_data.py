"""The linked data of guides, judged by an outside SHACL validator."""

import json
import re
from pathlib import Path

import pytest
from django.test import Client
from pyshacl import validate
from rdflib import Graph

from tests import district
from tongban.services.catalogue.models import ServiceItem

pytestmark = pytest.mark.django_db
SHAPES = Graph().parse(Path(__file__).with_name("cpsv_ap.ttl"))
SCRIPT = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.S)


def linked(code):
    page = Client().get(f"/items/{code}/").content.decode()
    return SCRIPT.search(page)[1]


def judged(text):
    graph = Graph().parse(data=text, format="json-ld")
    conforms, _, told = validate(graph, shacl_graph=SHAPES)
    return conforms, told


def test_guides_conform_to_cpsv_ap():
    district.load()
    items = ServiceItem.objects.filter(by_application=True).order_by("basic_code")
    for code in items.values_list("implementation_code", flat=True)[::16]:
        conforms, told = judged(linked(code))
        assert conforms, (code, told)


@pytest.mark.parametrize(
    "without",
    [
        *("dct:identifier", "dct:title", "dct:description", "cv:hasCompetentAuthority"),
        "skos:prefLabel",
    ],
)
def test_the_judge_does_find_faults(without):
    district.load()
    data = json.loads(linked(district.ITEM))
    assert judged(json.dumps(data))[0]
    part = data["provider"] if without == "skos:prefLabel" else data
    del part[without]
    assert not judged(json.dumps(data))[0]


def test_limits_and_materials_are_in_the_data():
    district.load()
    data = json.loads(linked(district.ITEM))
    assert re.fullmatch(r"P\d+D", data["cv:processingTime"]["@value"])
    assert len(data["cpsv:hasInput"]) == district.item(district.ITEM).current.materials.count()
