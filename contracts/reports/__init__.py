"""What a run has found, told on the terminal and in files; no report shows a secret."""
