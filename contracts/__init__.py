"""The contract kit: judges any implementation of a document over HTTP alone, and says what each verdict rests on."""

VERSION = "0.1.0"
