"""Sealed texts open with any of the keys, and not when they were altered or are too old."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet
from pytest_django.fixtures import Settings

from console import sealing

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def test_what_was_sealed_opens(settings: Settings) -> None:
    settings.SEALING_KEYS = [NEW]
    assert sealing.unseal(sealing.seal("ünicode")) == "ünicode"


def test_a_text_sealed_before_the_keys_were_rotated_still_opens_and_can_be_resealed(settings: Settings) -> None:
    settings.SEALING_KEYS = [OLD]
    sealed = sealing.seal("text")
    settings.SEALING_KEYS = [NEW, OLD]
    fresh = sealing.reseal(sealed)
    settings.SEALING_KEYS = [NEW]
    assert sealing.unseal(fresh) == "text"
    with pytest.raises(sealing.Unsealable):
        sealing.unseal(sealed)
    with pytest.raises(sealing.Unsealable):
        sealing.reseal(sealed)


@pytest.mark.parametrize("spoilt", ["", "junk", "é", "gAAAAA=="])
def test_what_was_not_sealed_here_does_not_open(spoilt: str) -> None:
    with pytest.raises(sealing.Unsealable):
        sealing.unseal(spoilt)


def test_a_text_that_is_too_old_does_not_open() -> None:
    with pytest.raises(sealing.Unsealable):
        sealing.unseal(sealing.seal("text"), maximum_age_seconds=-1)
