"""A second, small ricloud server, written from the document alone: suites that accept it do not judge by the first.

It shares no code with the reference server. Run it by `python -m tests.miniature_ricloud --port 0`, or by its path. It
listens on 127.0.0.1, and sends to this machine only.

Where the requirement catalogue permits several readings, it takes another one than the reference server, most often
the second; but for these, where it takes the same:

- CFG-016 a: plain http URLs are accepted.
- UPD-008 a: a deactivated config can be revived.
- UPD-016 a: the type of an update's task is that of every test.
- TST-015 a: GET on the test path tests nothing.
- TST-021 a and TST-025 a: a test is one attempt, and is made at once.
- STA-002 a: a creation does not wait for it.

Its virtual clock begins at the moment of an organisation's first use.

What else is permitted are its manners: `tests/miniature_ricloud_variations` runs it with others.
"""
