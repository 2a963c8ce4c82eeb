"""The behaviours of RenderIO: for each seam of its blueprint, what can stand in a part's place or around it."""
