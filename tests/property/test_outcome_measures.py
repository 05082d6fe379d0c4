"""Scores: inside their range, monotone in every item, and never made up from missing ones."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kneewise.assessment.outcome_measures import Score, measure_document, score
from kneewise.assessment.outcome_trends import change, trend
from kneewise.evidence.knowledge import knowledge
from kneewise.evidence.outcomes import Measure

FORMS = [
    (record.id, subscale)
    for record in knowledge().measures.values()
    if record.formula != "not_shipped"
    for subscale in (measure_document(record)["subscales"] or {"": 0})
]
#: The Oslo form's gate has tests of its own.
MIXED_FORMS = [form for form in FORMS if form[0] != "ostrc"]
everyone = pytest.mark.parametrize(("measure", "subscale"), FORMS)
open_forms = pytest.mark.parametrize(("measure", "subscale"), MIXED_FORMS)


def count(measure: str, subscale: str) -> int:
    record = knowledge().measures[measure]
    return measure_document(record)["subscales"][subscale] if subscale else record.items


def allowed(record: Measure, place: int) -> list[float]:
    """Scores that the form allows for one item."""
    if record.item_options and (record.formula != "visa_p" or place == record.items - 2):
        return list(record.item_options)
    high = record.item_maxima[place] if record.item_maxima else record.item_high
    assert high is not None
    return [float(number) for number in range(int(record.item_low or 0), int(high) + 1)]


def filled(measure: str, subscale: str) -> st.SearchStrategy[list[float]]:
    record = knowledge().measures[measure]
    forms = st.tuples(*(st.sampled_from(allowed(record, place)) for place in range(count(measure, subscale))))
    complete = forms.map(list)
    if measure == "ostrc":  # its first answer "no problem" ends the form
        return complete.map(lambda items: [0.0] * len(items) if items[0] == 0 else items)
    return complete


@everyone
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_complete_form_scores_inside_the_range(measure: str, subscale: str, data: st.DataObject) -> None:
    result = score(measure, data.draw(filled(measure, subscale)), subscale=subscale)
    assert result.value is not None
    assert result.range_low <= result.value <= result.range_high


@everyone
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_no_item_moves_the_score_the_wrong_way(measure: str, subscale: str, data: st.DataObject) -> None:
    record = knowledge().measures[measure]
    items = data.draw(filled(measure, subscale))
    place = data.draw(st.integers(0, len(items) - 1))
    higher = [option for option in allowed(record, place) if option > items[place]]
    if not higher or (measure == "ostrc" and items[0] == 0):
        return
    raised = [*items]
    raised[place] = data.draw(st.sampled_from(higher))
    before, after = (score(measure, form, subscale=subscale).value for form in (items, raised))
    assert before is not None
    assert after is not None
    # KOOS turns its items round: more trouble, fewer points.
    assert after <= before if record.formula == "koos" else after >= before


@open_forms
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_missing_items_are_scored_only_as_the_form_allows(measure: str, subscale: str, data: st.DataObject) -> None:
    record = knowledge().measures[measure]
    items: list[float | None] = [*data.draw(filled(measure, subscale))]
    for place in data.draw(st.sets(st.integers(0, len(items) - 1))):
        items[place] = None
    answered = sum(item is not None for item in items)
    needed = {
        "all": len(items),
        "half": len(items) / 2,
        "any": 1,
        "prorate": record.min_answered or len(items),
    }[record.missing]
    result = score(measure, items, subscale=subscale)
    assert (result.value is not None) == (answered >= needed)
    if result.value is not None:
        assert result.range_low <= result.value <= result.range_high
    assert (result.answered, result.items) == (answered, len(items))


@open_forms
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_a_change_and_its_reverse_mirror_each_other(measure: str, subscale: str, data: st.DataObject) -> None:
    forms = filled(measure, subscale)
    one, two = (score(measure, data.draw(forms), subscale=subscale) for _ in range(2))
    there, back = change(one, two), change(two, one)
    assert there.change == -back.change
    assert there.meaningful == back.meaningful
    assert {there.direction, back.direction} in ({"better", "worse"}, {"same"})


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 10), min_size=1, max_size=8), st.randoms())
def test_a_trend_does_not_depend_on_the_order_of_arrival(pains: list[int], chance: object) -> None:
    dated: list[tuple[date, Score]] = [
        (date(2026, 1, 1) + timedelta(weeks=week), score("nprs_worst", [pain])) for week, pain in enumerate(pains)
    ]
    shuffled = [*dated]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert trend(shuffled) == trend(dated)


@given(st.integers(0, 10), st.integers(0, 10), st.integers(0, 10))
def test_a_larger_change_never_matters_less(start: int, later: int, further: int) -> None:
    small, large = sorted((later, further), key=lambda pain: abs(pain - start))
    first = score("nprs_worst", [start])
    if change(first, score("nprs_worst", [small])).meaningful:
        assert change(first, score("nprs_worst", [large])).meaningful
