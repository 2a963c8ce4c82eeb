"""Hypothesis in one thread at a time."""

import threading

HYPOTHESIS = threading.RLock()
"""To be held while hypothesis runs: it reads the source of functions, and Python 3.11 cannot parse in two threads at
once (at random, it fails with "AST constructor recursion depth mismatch")."""
