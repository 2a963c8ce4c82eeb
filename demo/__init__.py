"""A guided tour in ten seconds: real server, real command, real webhooks, virtual hours. Run it: `python -m demo`."""
