"""Ports for servers and phones: free ones, none twice, and rows without a gap."""

from __future__ import annotations

import socket

import pytest

from tests import processes
from tests.processes import LOOPBACK, PORTS, free_port, free_ports, free_row, is_free


def test_none_is_given_twice() -> None:
    given = [*free_ports(50), free_port(), free_port()]
    assert len(set(given)) == len(given)
    assert set(given) <= set(PORTS)


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
def test_one_that_is_taken_is_neither_given_nor_part_of_a_row(
    kind: socket.SocketKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = free_row(10)
    with socket.socket(type=kind) as taken:
        taken.bind((LOOPBACK, first + 2))
        assert not is_free(first + 2)
        for wanted, given in ((free_ports, [first, first + 1, first + 3]), (free_row, first + 4)):
            monkeypatch.setattr(processes, "_walked", iter(range(first, first + 10)))
            assert wanted(3) == given
