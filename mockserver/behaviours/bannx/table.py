"""Every behaviour of bannx, from all seams, with its implementation."""

from mockserver.bannx.blueprint import Change
from mockserver.behaviours.implementations import Implementations

IMPLEMENTATIONS: Implementations[Change] = Implementations(seams=(), fronts={})
