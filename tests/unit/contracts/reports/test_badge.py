"""The badge, as a picture and for an endpoint."""

import json
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from contracts.reports.badge import badge_json, badge_svg
from contracts.results import Results
from contracts.verdicts import Status


def only(results: Results, *statuses: Status) -> Results:
    kept = {each: verdict for each, verdict in results.verdicts.items() if verdict.status in statuses}
    return replace(results, verdicts={each: replace(one, expected_failure=None) for each, one in kept.items()})


@pytest.mark.parametrize(
    ("statuses", "message", "colour"),
    [
        (list(Status), "3 failed", "red"),
        ([Status.PASSED, Status.NOT_RUN], "137 passed", "brightgreen"),
        ([Status.PASSED, Status.ERROR], "no verdict", "lightgrey"),
        ([Status.NOT_OBSERVABLE], "no verdict", "lightgrey"),
    ],
)
def test_badge_says_the_verdict(statuses: list[Status], message: str, colour: str, everything: Results) -> None:
    results = only(everything, *statuses)
    assert json.loads(badge_json(results)) == {
        "schemaVersion": 1,
        "label": "RenderIO contract",
        "message": message,
        "color": colour,
    }
    picture = ET.fromstring(badge_svg(results))  # noqa: S314 - written a moment ago
    assert picture.get("aria-label") == f"RenderIO contract: {message}"


def test_texts_have_room_and_are_escaped(everything: Results) -> None:
    results = replace(everything, information=replace(everything.information, api_title='<b>"&WWWWWW</b> x'))
    picture = ET.fromstring(badge_svg(results))  # noqa: S314 - written a moment ago
    label, message = [each for each in picture.iter() if each.tag.endswith("text")]
    assert label.text == '<b>"&WWWWWW</b> contract'
    left, right = [each for each in picture.iter() if each.tag.endswith("rect")][1:]
    assert float(label.get("x", "")) + float(label.get("textLength", "")) < float(left.get("width", ""))
    end = float(left.get("width", "")) + float(right.get("width", ""))
    assert float(message.get("x", "")) + float(message.get("textLength", "")) < end
    assert end == float(picture.get("width", ""))
