"""Kamailio's table of registrations, as the console reads it."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import models

from sip.registrar import Contact


class Location(models.Model):
    """One contact of an AOR, written by Kamailio (usrloc, DB-only mode): deleting a row unregisters the phone at once.

    ``username`` is lower case (ASCII) as Kamailio makes it, ``domain`` the realm; ``expires`` and
    ``last_modified`` are in unix seconds.
    """

    username = models.CharField(max_length=255)
    domain = models.CharField(max_length=255)
    contact = models.CharField(max_length=512)
    received = models.CharField(max_length=255)
    expires = models.BigIntegerField()
    last_modified = models.BigIntegerField()
    user_agent = models.CharField(max_length=255)
    socket = models.CharField(max_length=64)
    server_id = models.IntegerField()
    registered_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = 'sip"."location'  # Django puts the outer quotes: the table lives in a schema of its own

    def __str__(self) -> str:
        return f"{self.username}@{self.domain} at {self.contact}"

    def as_contact(self) -> Contact:
        """The same as the registrar's interface has it."""
        received = (self.received or "").partition(":")[2].partition(";")[0]
        until = datetime.fromtimestamp(self.expires, UTC)
        return Contact(self.contact, until, self.registered_at, self.user_agent, received)
