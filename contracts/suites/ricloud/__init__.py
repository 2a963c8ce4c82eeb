"""The contract suite of ricloud: one test for each check."""
