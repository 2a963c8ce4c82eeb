"""The contract suite of RenderIO: one test for each check."""
