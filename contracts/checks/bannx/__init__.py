"""The checks of the bannx Rendering API."""
