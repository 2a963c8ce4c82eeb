"""The contract suite of bannx: one test for each check."""
