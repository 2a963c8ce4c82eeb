"""A badge for a README: an SVG file, and the JSON that badge services read from a URL."""

import json
from html import escape
from typing import Final

from contracts.reports.redaction import redacted
from contracts.reports.summary import Outcome, by_outcome, headline
from contracts.results import Results

HEIGHT: Final = 20
MARGIN: Final = 6

_COLOURS: Final = {
    Outcome.PASSED: ("brightgreen", "#2c974b"),
    Outcome.FAILED: ("red", "#cf3a32"),
    Outcome.ERROR: ("lightgrey", "#737a85"),
    None: ("lightgrey", "#737a85"),
}
_NARROW, _WIDE = frozenset("fijlrtI.,:;|!'()[]- "), frozenset("mwMWOQG@%")


def badge_svg(results: Results) -> str:
    """The picture: what was judged, then `118 passed`, `2 failed` or `no verdict`."""
    label, message = _label(results), _message(results)
    left, right = (round(_width(text) + 2 * MARGIN) for text in (label, message))
    colour = _COLOURS[headline(results).outcome][1]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="{HEIGHT}" role="img"'
        f' aria-label="{escape(f"{label}: {message}")}">'
        f"<title>{escape(f'{label}: {message}')}</title>"
        f'<clipPath id="r"><rect width="{left + right}" height="{HEIGHT}" rx="3"/></clipPath>'
        f'<g clip-path="url(#r)"><rect width="{left}" height="{HEIGHT}" fill="#3f4754"/>'
        f'<rect x="{left}" width="{right}" height="{HEIGHT}" fill="{colour}"/></g>'
        '<g fill="#fff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11">'
        f"{_text(label, MARGIN)}{_text(message, left + MARGIN)}</g></svg>\n"
    )


def badge_json(results: Results) -> str:
    """The same for an endpoint: `schemaVersion`, `label`, `message`, `color`."""
    content = {
        "schemaVersion": 1,
        "label": _label(results),
        "message": _message(results),
        "color": _COLOURS[headline(results).outcome][0],
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _label(results: Results) -> str:
    return f"{redacted(results).information.api_title.partition(' ')[0]} contract"


def _message(results: Results) -> str:
    found = {which: len(verdicts) for which, verdicts in by_outcome(results).items()}
    head = headline(results)
    if head.outcome is Outcome.FAILED:
        return f"{found.get(Outcome.FAILED, 0) + found.get(Outcome.UNEXPECTED_PASS, 0)} failed"
    return f"{found[Outcome.PASSED]} passed" if head.outcome is Outcome.PASSED else "no verdict"


def _text(text: str, x: int) -> str:
    # The width is estimated; textLength makes any font keep to it.
    length = f'textLength="{_width(text):.0f}" lengthAdjust="spacingAndGlyphs"'
    return f'<text x="{x}" y="14" {length}>{escape(text)}</text>'


def _width(text: str) -> float:
    """About how wide the text is in Verdana at 11 px."""
    return sum(4.2 if each in _NARROW else 9.6 if each in _WIDE else 6.8 if each.isascii() else 9.0 for each in text)
