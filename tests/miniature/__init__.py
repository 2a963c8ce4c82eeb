"""A second, small RenderIO server, written from the document alone: suites that accept it do not judge by the first.

It shares no code with the reference server. Run it by its path: `python tests/miniature --port 0`. It listens on
127.0.0.1, and fetches from and delivers to this machine only. It runs submitted FFmpeg options with few checks: it is
for tests on one's own machine alone.

Where the requirement catalogue permits several readings, it takes these, which are not the reference server's:

- CFG-003 b: JSON is understood whatever media type it is sent as.
- CFG-007 b: a PUT without a secret keeps the earlier one; an empty secret removes it (CFG-008 a).
- CFG-018 b: disabled_at after a DELETE is the moment of the DELETE.
- CFG-019 b: DELETE without a configuration is answered with 404.
- CMD-001 b: a submission is answered with 202.
- CMD-016 b: size_mbytes counts mebibytes.
- CMD-019 b: nullable fields of a command without a value are left out.
- CMD-026 b: output_files is left out until the command has succeeded.
- CMD-034 b: white space within the brackets of a placeholder is not tolerated.
- CMD-035 b and CMD-036 b: a command with undeclared placeholders or unused keys is accepted and ends as FAILED.
- CMD-041 b: undocumented properties of a submission are refused.
- CMD-043 b: an output's name is letters, digits, underscores and dashes with one dot and an extension.
- WHK-008 b: timestamp is the moment of the first attempt.
- WHK-009 b: Content-Type carries a charset.
- SIG-011 b: deliveries to a command's own webhook_url are not signed.
- RTY-020 b and RTY-021 b: a retry goes on after a PUT or a DELETE, with the URL and the secret that it began with.
- DIS-015 b: PUT on an active webhook leaves the count of failures as it is.
- ERR-005 b: a submission without a required field is answered with 400 INVALID_REQUEST, other invalid ones with 422.
- ERR-006 b: a body that is not JSON is answered with 400.
- ERR-012 b: an error's code stands in `code`, its text in `description`; the body of a 422 holds `detail` alone.

Its virtual clock begins at the moment of a workspace's first use.

What else is permitted are its manners: `tests/miniature_variations` runs it with others.
"""
