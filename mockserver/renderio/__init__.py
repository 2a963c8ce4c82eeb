"""RenderIO: FFmpeg commands, polling, and one webhook configuration per account."""
