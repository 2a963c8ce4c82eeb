"""The miniature of bannx with other manners, each of them permitted: what a suite says of them are false alarms.

Run it by `python -m tests.miniature_bannx_variations --vary NAME --vary NAME --port 0`, or by its path; the other
options are those of the miniature. Each variation changes what those before it have left. There are some more, in
`wrongs`, that are not permitted: a suite must find them.
"""
