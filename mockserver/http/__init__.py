"""HTTP: operations of the documents bound to handlers, and every error given its form in one place."""
