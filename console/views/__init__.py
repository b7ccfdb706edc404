"""The generic pages: list, bulk, detail, create, edit, delete, rotate, secret, search. Apps subclass and declare."""
