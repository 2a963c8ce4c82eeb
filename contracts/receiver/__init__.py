"""The kit's receiver: a real HTTP server that answers by script and keeps what arrives."""

from contracts.receiver.answers import Answer, Drop, Hang, Redirect, Reply, Reset, SlowBody
from contracts.receiver.inbox import Inbox, Missing, Unexpected
from contracts.receiver.server import Receiver

__all__ = [
    "Answer",
    "Drop",
    "Hang",
    "Inbox",
    "Missing",
    "Receiver",
    "Redirect",
    "Reply",
    "Reset",
    "SlowBody",
    "Unexpected",
]
