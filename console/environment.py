"""How the settings read the environment: production refuses what development makes up for itself."""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64encode
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

DEVELOPMENT = "development"
PRODUCTION = "production"


def kept_secret(path: Path, *, as_fernet_key: bool = False) -> str:
    """Return the random secret kept in ``path``; the first caller makes it, readable by its owner only."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = urlsafe_b64encode(secrets.token_bytes(32)).decode() if as_fernet_key else secrets.token_urlsafe(50)
        draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(fresh)
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass  # another process was first: its secret is the one that is kept
        finally:
            draft.unlink()
    return path.read_text().strip()


def refuse_insecure(
    *, debug: bool, secret_key: str, allowed_hosts: list[str], sealing_keys: list[str], sip_domain: str
) -> None:
    """Raise ``ImproperlyConfigured`` naming every production setting that still has an insecure value."""
    faults = [
        (debug, "DEBUG must be off in production."),
        (len(secret_key) < 50, "SECRET_KEY must be set to at least 50 random characters."),
        (not allowed_hosts or "*" in allowed_hosts, "ALLOWED_HOSTS must name the hosts that serve the console."),
        (not sealing_keys, "SEALING_KEYS must hold at least one Fernet key (44 characters of URL-safe base64)."),
        (sip_domain == "sip.vobiz.ai", "SIP_DOMAIN must be your own SIP domain, not the documents' sip.vobiz.ai."),
    ]
    if wrong := [message for is_wrong, message in faults if is_wrong]:
        hint = f"Set CONSOLE_ENVIRONMENT={DEVELOPMENT} for a local try-out."
        raise ImproperlyConfigured(" ".join([*wrong, hint]))
