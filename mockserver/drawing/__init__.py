"""Pages drawn as PNG, WebP and SVG: declarative documents in, bytes out; no notion of HTTP, accounts or a store."""
