"""A guide as linked data: schema.org GovernmentService and CPSV-AP in one JSON-LD document."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings

from .models import ItemKind, Material, ServiceItem

CONTEXT = {
    "@vocab": "https://schema.org/",
    "cpsv": "http://purl.org/vocab/cpsv#",
    "cv": "http://data.europa.eu/m8g/",
    "dct": "http://purl.org/dc/terms/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "eli": "http://data.europa.eu/eli/ontology#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
}
AREA = "http://www.geonames.org/1784990"  # Zhanjiang
# a place for a service, an administrative territorial unit for an organisation
SPATIAL = {"@id": AREA, "@type": ["dct:Location", "http://data.europa.eu/88u/dataset/atu-type"]}


def service(item: ServiceItem, materials: Iterable[Material] = ()) -> dict[str, Any]:
    """Needs `unit` loaded; costs no statement. materials: what everybody may have to hand in."""
    address = f"{settings.PUBLIC_ADDRESS}/items/{item.implementation_code}/"
    unit = f"{settings.PUBLIC_ADDRESS}/units/{item.unit.code}"
    return {
        "@context": CONTEXT,
        "@id": address,
        "@type": ["GovernmentService", "cpsv:PublicService"],
        "name": item.name,
        "dct:title": _chinese(item.name),
        "dct:identifier": item.implementation_code,
        "dct:description": _chinese(_described(item)),
        "serviceType": str(ItemKind(item.kind).label),
        "url": address,
        "isAccessibleForFree": item.fee_yuan == 0,
        "cv:hasCompetentAuthority": {"@id": unit},
        "provider": {
            "@id": unit,
            "@type": ["GovernmentOrganization", "cv:PublicOrganisation"],
            "name": item.unit.name,
            "dct:title": _chinese(item.unit.name),
            "dct:identifier": item.unit.uscc,
            "skos:prefLabel": _chinese(item.unit.name),
            "dct:spatial": SPATIAL,
            "telephone": item.telephone,
        },
        "areaServed": {"@id": AREA},
        "dct:spatial": SPATIAL,
        **_details(item, address),
        "cpsv:hasInput": [_evidence(material, address) for material in materials],
    }


def _details(item: ServiceItem, address: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "cv:hasCost": {
            "@id": f"{address}#cost",
            "@type": "cv:Cost",
            "dct:identifier": f"{item.implementation_code}-cost",
            "cv:hasValue": {"@value": f"{item.fee_yuan:.1f}", "@type": "xsd:double"},
            "dct:description": _chinese(item.fee_basis or "不收费"),
        },
        "cv:hasLegalResource": [
            {
                "@id": f"{address}#law-{number}",
                "@type": "eli:LegalResource",
                "dct:title": _chinese(f"{basis['law']} {basis['article']}".strip()),
            }
            for number, basis in enumerate(item.legal_basis, start=1)
        ],
    }
    if item.promised_days is not None:
        days = {"@value": f"P{item.promised_days}D", "@type": "xsd:duration"}
        found["cv:processingTime"] = days
    if item.result:
        found["cpsv:produces"] = {
            "@id": f"{address}#output",
            "@type": "cv:Output",
            "dct:identifier": f"{item.implementation_code}-output",
            "dct:title": _chinese(item.result),
        }
    return found


def _evidence(material: Material, address: str) -> dict[str, Any]:
    return {
        "@id": f"{address}#material-{material.position}",
        "@type": "cv:Evidence",
        "dct:identifier": f"{material.version_id}-{material.position}",
        "dct:title": _chinese(material.name),
    }


def _chinese(text: str) -> dict[str, str]:
    return {"@value": text, "@language": "zh"}


def _described(item: ServiceItem) -> str:
    words = [item.name, item.unit.name, item.conditions.replace("\n", " ")]
    return " ".join(word for word in words if word)
