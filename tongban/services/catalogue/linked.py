"""A guide as linked data: schema.org GovernmentService and CPSV-AP in one JSON-LD document."""

from typing import Any

from django.conf import settings

from .models import ItemKind, ServiceItem

CONTEXT = {
    "@vocab": "https://schema.org/",
    "cpsv": "http://purl.org/vocab/cpsv#",
    "cv": "http://data.europa.eu/m8g/",
    "dct": "http://purl.org/dc/terms/",
}
AREA = "http://www.geonames.org/1784990"  # Zhanjiang


def service(item: ServiceItem) -> dict[str, Any]:
    """Needs `unit` loaded; costs no statement."""
    address = f"{settings.PUBLIC_ADDRESS}/items/{item.implementation_code}/"
    unit = f"{settings.PUBLIC_ADDRESS}/units/{item.unit.code}"
    return {
        "@context": CONTEXT,
        "@id": address,
        "@type": ["GovernmentService", "cpsv:PublicService"],
        "name": item.name,
        "dct:title": {"@value": item.name, "@language": "zh"},
        "dct:identifier": item.implementation_code,
        "dct:description": {"@value": _described(item), "@language": "zh"},
        "serviceType": str(ItemKind(item.kind).label),
        "url": address,
        "isAccessibleForFree": item.fee_yuan == 0,
        "cv:hasCompetentAuthority": {"@id": unit},
        "provider": {
            "@id": unit,
            "@type": ["GovernmentOrganization", "cv:PublicOrganisation"],
            "name": item.unit.name,
            "dct:title": {"@value": item.unit.name, "@language": "zh"},
            "dct:identifier": item.unit.uscc,
            "dct:spatial": {"@id": AREA},
            "telephone": item.telephone,
        },
        "areaServed": {"@id": AREA},
    }


def _described(item: ServiceItem) -> str:
    words = [item.name, item.unit.name, item.conditions.replace("\n", " ")]
    return " ".join(word for word in words if word)
