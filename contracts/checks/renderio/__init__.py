"""The checks of RenderIO, a module for each area of its requirement catalogue."""
