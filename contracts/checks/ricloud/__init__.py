"""The checks of the ricloud API."""
