"""The miniature with other manners, each of them permitted: what a suite says of them are false alarms.

Run it by its path: `python tests/miniature_variations --vary NAME --vary NAME --port 0`; the other options are those of
the miniature.
"""
