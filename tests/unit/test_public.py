"""The public face: sorted, complete, lazy."""

from __future__ import annotations

import pytest

import kneewise


def test_all_is_sorted_and_resolves() -> None:
    assert kneewise.__all__ == sorted(kneewise.__all__)
    for name in kneewise.__all__:
        assert getattr(kneewise, name).__name__ == name
    assert set(kneewise._HOME) == set(kneewise.__all__)
    assert set(kneewise.__all__) <= set(dir(kneewise))


def test_public_functions_and_classes_are_documented() -> None:
    for name in kneewise.__all__:
        assert (getattr(kneewise, name).__doc__ or "").strip(), name


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'knee'"):
        kneewise.knee  # noqa: B018
