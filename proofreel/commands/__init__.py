"""The subcommands, one module each; each imports what it runs only when it runs."""
