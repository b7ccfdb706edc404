"""The Kazoo API of devices: ``/v2/…`` (docs/kazoo.md)."""
