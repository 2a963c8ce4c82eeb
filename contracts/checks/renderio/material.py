"""Secrets and metadata made to show what is done to them: decoding, trimming, escaping, writing anew."""

import base64
import random
from typing import Any


def plain_secret(chance: random.Random) -> str:
    """A secret that nobody would want to decode: letters and digits, none of them white space."""
    return f"plain.{chance.randbytes(12).hex()}.secret"


def prefixed_secret(chance: random.Random) -> str:
    """A secret of the documented look, whose rest could be taken for base64."""
    return f"whsec_{base64.b64encode(chance.randbytes(24)).decode()}"


def exotic_secret(chance: random.Random) -> str:
    """A secret that is other bytes in any encoding but UTF-8, when it is trimmed, normalised, escaped or unquoted."""
    return f' "{chance.randbytes(6).hex()}" café e\u0301 \\n %20 Ångström ключ 🔑 '


def exotic_metadata(chance: random.Random) -> dict[str, Any]:
    """Metadata of all documented types that reads the same and looks different once it is written anew."""
    return {
        "zeta": f"{chance.randbytes(4).hex()} naïve café, ключ, 日本語, 🎬",
        "path/of the": "a/b\\c",
        "markup": "</script><b>&amp;\"'\u2028\t",
        "whole": 1.0,
        "fraction": 0.1,
        "large": 9007199254740991,
        "negative": -0.5,
        "yes": True,
        "no": False,
        "alpha": "",
    }
