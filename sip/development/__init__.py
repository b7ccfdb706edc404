"""``script/sip``: PostgreSQL, Kamailio and the console together on this machine, for development."""
