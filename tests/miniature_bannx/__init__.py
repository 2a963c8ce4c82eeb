"""A second, small server of bannx, written from the document alone: suites that accept it do not judge by the first.

It shares no code with the reference server. Run it by `python -m tests.miniature_bannx --port 0`, or by its path. It
listens on 127.0.0.1, and its pages are told to whom asks by `target.toml` beside this: it lists none itself.

Where the requirement catalogue permits several readings that can be seen from outside, it takes another one than the
reference server: a render is answered with JSON unless the image is asked for, the image lies in a storage with an
address of its own, credits depend on the format, and so forth.

What else is permitted are its manners: `tests/miniature_bannx_variations` runs it with others.
"""
