"""The console's settings in an environment made for tests: fixed keys, no ``.env``, nothing kept between runs.

A variable that is set already wins, so ``DATABASE_URL=postgres://... pytest`` runs the tests on PostgreSQL.
"""

from __future__ import annotations

import os

ENVIRONMENT = {
    "ENV_FILE": os.devnull,
    "CONSOLE_ENVIRONMENT": "development",
    "SECRET_KEY": "tests-only-" + "0123456789abcdef" * 4,
    "SEALING_KEYS": "dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk=",
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "ATTEMPT_LOG_THREAD": "0",
    "JOB_HEARTBEAT_THREAD": "0",
    "DATABASE_POOL_MAX": "40",
    "LOG_LEVEL": "WARNING",
    # Playwright's synchronous API keeps an event loop in the test's thread, which Django would take for async code.
    "DJANGO_ALLOW_ASYNC_UNSAFE": "1",
}
for _name, _value in ENVIRONMENT.items():
    os.environ.setdefault(_name, _value)

from console.settings import *  # noqa: E402, F403  (the environment has to be there first)
from console.settings import DATABASES, IS_SQLITE, STORAGES  # noqa: E402

if IS_SQLITE:
    # Test files live for one run: nothing has to reach the disk.
    DATABASES["default"]["OPTIONS"]["init_command"] += " PRAGMA synchronous=OFF;"

# A real password hash costs 50 ms on purpose. This one costs nothing, and only tests may use it.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

# Nothing was collected: pages find their style sheets and scripts where they lie.
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
