"""The control protocol: a workspace's clock and a look at its deliveries, beside the API."""
