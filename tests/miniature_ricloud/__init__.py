"""A second, small ricloud server, written from the document alone: suites that accept it do not judge by the first.

It shares no code with the reference server. Run it by `python -m tests.miniature_ricloud --port 0`, or by its path. It
listens on 127.0.0.1, and sends to this machine only.

Where the requirement catalogue permits several readings, it takes the second one (b) wherever there is one, which is
never the reference server's. Its virtual clock begins at the moment of a workspace's first use.

What else is permitted are its manners: `tests/miniature_ricloud_variations` runs it with others.
"""
