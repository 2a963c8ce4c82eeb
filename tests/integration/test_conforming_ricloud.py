"""The miniature of ricloud conforms, whatever its manners: what the checks say against it is a false alarm."""

import select
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from contracts.catalogue import Level, Observable
from contracts.documents import load_api
from contracts.results import ExitCode, Results
from contracts.run import run
from contracts.session import Session
from contracts.target import NO_CONTROL, RunOptions, Target
from contracts.verdicts import Status
from tests.miniature_ricloud_variations.mixtures import MIXTURES
from tests.miniature_ricloud_variations.variations import VARIATIONS

FOLDER = Path(__file__).parents[1] / "miniature_ricloud_variations"
START_SECONDS = 20
TWO_TOKENS = ("one", "two")
