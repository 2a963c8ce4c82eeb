"""Variations that go together, so that a few servers show all of them.

What comes later changes what came before, and stands around it: what is compressed is not written in another way.
"""

from collections.abc import Mapping

ON_PLAIN = (
    *("below-a-path", "keep-alive", "more-properties", "turned-json", "compressed", "small-headers", "more-headers"),
    *(
        "word-in-any-case",
        "credential-first",
        "drafts-by-post",
        "other-formats-are-png",
        "malformed-tweaks-unprocessable",
    ),
    *("texts-by-type", "any-media-type", "small-bodies-bad", "file-in-json", "errors-in-text", "charsets"),
    *("png-with-palette", "webp-lossy", "svg-in-pixels", "svg-ids-differ", "callbacks-later", "steps-made-up"),
    *("random-request-ids", "moments-by-offset", "links-wait-for-uploads", "svg-with-doctype"),
)
"""Together they are as far from the reference server as those that the miniature has when it is plain."""

ON_THE_REFERENCE = (
    *("as-the-reference", "ipv6", "chunks", "length-required", "bytes-by-get", "wrong-values-unprocessable"),
    *("links-are-paths", "png-with-alpha", "webp-smaller", "large-media-types", "logged-late", "moments-in-seconds"),
)
"""These begin as it is."""

BACK_AND_FORTH = (
    *("pretty-json", "gets-need-a-token", "query-token-refused", "stored-within", "drafts", "other-formats-are-bad"),
    *("unknown-tweaks-ignored", "malformed-tweaks-are-bad", "pairs-win", "wrong-values-are-bad", "no-path-of-index"),
    *("unknown-ignored", "small-bodies", "bytes", "nitro-errors", "method-not-allowed", "no-request-ids"),
    *("svg-with-both-sizes", "callbacks-after-answers", "steps-tried-again", "failures-logged", "one-credit-each"),
    "counted-without-file",
)
"""Most of what the reference server does, on the way of the plain miniature."""

MIXTURES: Mapping[str, tuple[str, ...]] = {
    "plain": (),
    "on plain": ON_PLAIN,
    "reference": ("as-the-reference",),
    "on the reference": ON_THE_REFERENCE,
    "back and forth": BACK_AND_FORTH,
    "no json": ("no-json", "files-elsewhere"),
    "to the letter": ("callbacks-later", "settles-what-has-begun", "faults-as-begun", "moments-hours-behind"),
    "soon mended": ("hangs-until-mended", "callbacks-in-turn", "steps-tried-again"),
    "restless": ("pictures-differ", "bytes", "chunks"),
    "slow": ("far-away", "slow-control", "logged-late", "callbacks-in-turn"),
    "slow at work": ("slow-start", "slow-pictures", "steps-tried-again"),
    "too many": ("at-times-too-many",),
    "two spaces": ("two-spaces", "foreign-pages-forbidden"),
    "two other spaces": ("two-spaces", "foreign-pages-unauthorized", "pictures-differ"),
    "two more spaces": ("as-the-reference", "two-spaces", "foreign-pages-not-found"),
    "visited": ("two-spaces", "other-clients"),
    "no faults": ("renders-alone",),
    "nothing of callbacks": ("nothing-of-callbacks",),
}
