"""What a benchmark gives, and how much it measures."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured figure; `holds` compares it with its bound."""

    name: str
    value: str
    bound: str
    holds: bool


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    repeats: int
    workspaces: int
    requests: int
    renders: int


FULL = Size(repeats=9, workspaces=1000, requests=6000, renders=60)
QUICK = Size(repeats=2, workspaces=30, requests=400, renders=10)
