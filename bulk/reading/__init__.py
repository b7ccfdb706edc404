"""From uploaded bytes to records: encodings, delimiters, spreadsheets' quirks, headers. Knows no kind of object."""
