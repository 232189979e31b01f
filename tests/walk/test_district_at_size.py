"""The demonstration district has the size of the real one, and its figures follow from its rows."""

import json

import pytest

READ = (
    "import json;from datetime import date;from tongban.kernel.metrics.metric import *;"
    "from tongban.kernel.people.actor import the_system;"
    "print(json.dumps({m.key: m.total(the_system(), Period()).value"
    " for m in metrics() if m.as_of} | {'online_capable_in_november':"
    " metric('online_capable').total(the_system(), Period(last=date(2022, 11, 30))).value}))"
)
REPORT = {  # figure: what the district's report of 2022 says, and how near ours must be
    "items_published": (4862, 0),
    "licences_published": (429, 0),
    "hall_items": (810, 0),
    "service_units": (22, 0),
    "hall_units": (21, 0),
    "bookable_share": (100, 0),
    "limit_compression": (95.87, 0.5),
    "instant_share": (98.06, 0.3),
    "fully_online": (98.6, 0.1),
    "online_licences": (100, 0),
    "online_capable_in_november": (99.6, 0.05),
    "online_capable": (99.19, 0.05),
    "online_capable_power": (99.32, 0.1),
    "average_visits": (0, 0),
    "delegated_items": (1216, 0),
    "delegation_batches": (3, 0),
    "powers_agreed": (92, 0),
    "powers_disagreed": (52, 0),
    "powers_requested": (50, 0),
    "powers_needed": (6, 0),
    "themes_published": (62, 0),
    "kiosks_standard": (35, 0),
    "kiosks_enhanced": (4, 0),
    "kiosk_village_coverage": (100, 0),
    "kiosk_items": (140, 0),
    "kiosk_departments": (22, 0),
}


@pytest.mark.browser
def test_the_figures_come_out_near_the_report(district):
    found = json.loads(district.shell(READ))
    for key, (said, near) in REPORT.items():
        assert abs(found[key] - said) <= near + 1e-9, (key, found[key], said)
