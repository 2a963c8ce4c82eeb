"""The command line of proofreel: a thin shell over the reference server and the contract suites."""

__version__ = "0.1.0"
