"""Kamailio as the registrar: what it may read and write in the database, its JSON-RPC, and its configuration."""
