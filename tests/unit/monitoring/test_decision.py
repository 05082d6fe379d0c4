"""Which of several limits a runner is told: one voice."""

from __future__ import annotations

from datetime import date

import pytest

from kneewise.monitoring.decision import Limit, Move, spoken

Said = tuple[Move, str]
STOP: Said
LESS: Said
FLARE: Said
AMBER: Said
GREEN: Said
SILENT: Said
STOP, LESS, FLARE = ("stop", "red"), ("reduce", "amber_reduce"), ("reduce", "flare")
AMBER, GREEN, SILENT = ("hold", "amber"), ("hold", "green"), ("hold", "missing")


def limit(move: Move, rule: str, since: date | None = None) -> Limit:
    return Limit(move=move, factor=0.0, rule=rule, text=f"{rule} {since}", mark="E", sources=(), since=since)


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        ((STOP, FLARE, LESS, AMBER), ["red", "flare"]),
        ((LESS, AMBER, GREEN), ["amber_reduce"]),
        ((AMBER, GREEN), ["amber"]),
        ((GREEN,), ["green"]),
        ((), []),
    ],
)
def test_nothing_overruled_is_told(limits: tuple[tuple[Move, str], ...], told: list[str]) -> None:
    assert [one.rule for one in spoken([limit(*each) for each in limits])] == told


def test_no_answers_at_all_is_not_said_beside_answers_that_are_waited_for() -> None:
    waiting = limit("hold", "missing", date(2026, 3, 1))
    assert spoken([limit(*SILENT), waiting]) == (waiting,)


def test_a_sentence_is_said_once() -> None:
    assert len(spoken([limit(*AMBER), limit(*AMBER)])) == 1
