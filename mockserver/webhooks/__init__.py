"""The delivery of webhooks: policy as data, schedule and signature as pure functions, one scheduler per workspace."""
