"""The small chart: bars as high as their share, words for who cannot see it, nothing inline."""

from __future__ import annotations

from console.sparkline import HEIGHT, LOWEST, bars, sparkline


def test_the_highest_bar_fills_the_height_and_a_small_one_can_still_be_seen() -> None:
    drawn = bars([("10:00", 1000), ("11:00", 500), ("12:00", 1), ("13:00", 0)], 1000)
    assert [bar.height for bar in drawn] == [HEIGHT, HEIGHT // 2, LOWEST, 1]
    assert [bar.is_empty for bar in drawn] == [False, False, False, True]
    assert drawn[0].y == 0


def test_it_says_the_sum_and_the_peak() -> None:
    drawn = sparkline([("10:00", 3), ("11:00", 12000)], label="Refused")
    assert 'aria-label="Refused: 12003, at most 12000 at 11:00"' in drawn
    assert "<title>11:00 · 12000</title>" in drawn
    assert "style=" not in drawn


def test_without_any_it_says_none() -> None:
    assert 'aria-label="Refused: none"' in sparkline([("10:00", 0)], label="Refused")
    assert 'aria-label="Refused: none"' in sparkline([], label="Refused")
