"""What operators' passwords may not be made of: the words that whoever attacks this console tries first."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

ALWAYS = ("console", "operator", "administrator", "admin", "password", "kamailio", "jambonz", "kazoo", "vobiz", "phone")
SHORTEST_WORD = 3  # parts of host names such as "com" count, "io" does not
LEAST_ELSE = 6  # characters that have to be left when the words and what usually stands between them are taken out
BETWEEN = re.compile(r"[\W_\d]+")


def words_of_this_place() -> list[str]:
    """The fixed words, and the parts of the console's host and of the SIP domain; the longest first."""
    hosts = f"{urlsplit(settings.BASE_URL).hostname or ''}.{settings.SIP_DOMAIN}".casefold()
    parts = (word for word in re.split(r"[^a-z]+", hosts) if len(word) >= SHORTEST_WORD)
    return sorted({*ALWAYS, *parts}, key=len, reverse=True)


class NoWordsOfThisPlace:
    """Refuses a password that is little else than such words, digits and punctuation."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ``ValidationError`` for ``Console-2026!`` and the like."""
        left = password.casefold()
        words = [word for word in words_of_this_place() if word in left]
        for word in words:
            left = left.replace(word, "")
        if words and len(BETWEEN.sub("", left)) < LEAST_ELSE:
            raise ValidationError(
                _("This password is made of words that anybody would try here, such as %(word)s."),
                code="password_of_this_place",
                params={"word": words[0]},
            )

    def get_help_text(self) -> str:
        """The rule in words."""
        return _("Your password can\u2019t be made of the names of this console, its host and its domain.")
