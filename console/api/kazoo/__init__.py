"""The Kazoo dialect: its envelopes, errors, bodies and conditions. What it says of devices is in their app."""
