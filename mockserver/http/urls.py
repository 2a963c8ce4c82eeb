"""Path and query of a request as text."""


def written_url(path: bytes, query: bytes) -> str:
    """Path and query as one text; some servers give the query with the path, too."""
    path = path.partition(b"?")[0]
    return (path + b"?" + query if query else path).decode("latin-1")
