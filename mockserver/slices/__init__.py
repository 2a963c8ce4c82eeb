"""Each API assembled from its parts; the composition root knows them only as slices."""
