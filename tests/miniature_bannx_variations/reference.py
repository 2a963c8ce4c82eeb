"""All that the reference server does where the documents leave it open, as the catalogue has it: its defaults."""

from collections.abc import Mapping
from typing import Any

from tests.miniature_bannx.manners import random_id

from .varying import Vary, but, together

MEDIA_TYPES = {"png": "image/png", "webp": "image/webp", "svg": "image/svg+xml"}

BY_TYPE: Mapping[str, Any] = {"texts_stay": False, "wrong_values": 400}

AS_THE_REFERENCE: Vary = together(
    but(
        "surroundings",
        word_in_any_case=True,
        gets_are_open=False,
        beside_header="refused",
        credential_first=True,
        storage="within",
    ),
    but(
        "requests",
        drafts=frozenset({"GET", "POST"}),
        other_formats=400,
        unknown_tweaks="ignored",
        malformed_tweaks=400,
        tweaks_win=False,
        **BY_TYPE,
        any_media_type=True,
        path_of_index=False,
        unknown="ignored",
        most_body_bytes=1024 * 1024,
    ),
    but(
        "answers",
        json_by_default=frozenset(),
        json="file",
        error_form="nitro",
        other_methods=405,
        tells_request_id=False,
    ),
    but("pictures", svg_size="both"),
    but(
        "callbacks",
        early=False,
        tries=3,
        logs_failures=True,
        request_id=random_id,
        credits=dict.fromkeys(MEDIA_TYPES, 1),
        counts_without_file=True,
    ),
)
