"""bannx's behaviours, by the seam that they go in at."""
