"""What the tests stand on: settings, a PostgreSQL server, a running console; and tests of the project as a whole."""
