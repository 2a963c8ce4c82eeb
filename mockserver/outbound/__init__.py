"""Every request that the server makes to the outside: webhook attempts and downloads, all through one guard."""
