"""FFmpeg for real: argument rules, downloads, runs in a folder of their own, and what a probe finds in the result."""
