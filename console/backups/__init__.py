"""Backups of a running console: a copy of its database as it was at one moment, and a manifest that proves it whole."""
