"""What an address of a webhook may be."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from events.addresses import is_allowed, validate_url

INSIDE = [
    "0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.16.0.1", "192.0.0.8", "192.0.2.1",
    "192.168.0.1", "198.18.0.1", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "::", "::1", "::7f00:1",
    "::ffff:127.0.0.1", "::ffff:93.184.215.14", "64:ff9b::a00:1", "64:ff9b::5db8:d70e", "100::1", "2001::1",
    "2001:db8::1", "2002:7f00:1::", "2002:5db8:d70e::1", "fc00::1", "fd12::1", "fe80::1", "fe80::1%1", "ff02::1",
    "ff0e::1",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_addresses_inside_are_refused(address: str) -> None:
    assert not is_allowed(ip_address(address))


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.215.14", "2606:4700:4700::1111", "2a00:1450:4001::1"])
def test_public_addresses_are_taken(address: str) -> None:
    assert is_allowed(ip_address(address))


def test_the_operator_may_allow_networks(settings: Any) -> None:
    settings.EVENTS_ALLOWED_NETWORKS = [ip_network("10.1.0.0/16"), ip_network("fd00::/8")]
    found = [is_allowed(ip_address(one)) for one in ("10.1.9.9", "10.2.0.1", "fd00::1", "fe80::1")]
    assert found == [True, False, True, False]


@pytest.mark.parametrize(
    "url",
    [
        "", "http://example.com/", "ftp://example.com", "//example.com", "https://", "https:///x", "example.com",
        "https://user:secret@example.com/", "https://example.com/#x", "https://example.com:0/", "https://[::1/",
        "https://example.com:99999/", "https://exa mple.com/", "https://ex\nample.com/", "https://exämple.com/",
        "https://127.0.0.1/", "https://[::1]/", "https://[::ffff:7f00:1]/", "https://example.com\\@10.0.0.1/", 7, None,
    ],
)  # fmt: skip
def test_other_addresses_are_refused(url: Any) -> None:
    with pytest.raises(ValidationError):
        validate_url(url)


@pytest.mark.parametrize("url", ["https://example.com", "https://example.com:8443/a?b=c", "https://[2a00:1450::1]/"])
def test_https_addresses_are_taken(url: str) -> None:
    validate_url(url)
