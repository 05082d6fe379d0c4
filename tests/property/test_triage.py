"""What must hold for every answer set: a red flag never ends in self-care, and more answers never lower the urgency."""

from __future__ import annotations

import random

from tests.answers import random_answers
from tests.thorough import tries

from kneewise.assessment import Answers, assess
from kneewise.assessment.answers import Answer
from kneewise.assessment.red_flags import raised_flags
from kneewise.assessment.triage import triage
from kneewise.evidence.knowledge import knowledge
from kneewise.evidence.safety import TRIAGE_ORDER

#: Without these some red flags stay open, and no answer set could be harmless.
HARMLESS: dict[str, Answer] = {
    "safety_none": "none_fits",
    "age_years": 30.0,
    "pregnancy": "no",
    "medicines": ("none",),
    "onset": "gradual",
}


def test_no_red_flag_reaches_self_care_in_any_answer_set() -> None:
    chance = random.Random(20261122)
    flags = set(knowledge().red_flags)
    reached = 0
    for _ in range(tries(25_000, 100_000)):
        drawn = random_answers(chance, answered=chance.choice((0.02, 0.05, 0.2)))
        answers = Answers({**chance.choice(({}, HARMLESS)), **drawn.given})
        result = triage(answers)
        said = {name for name in flags & answers.given.keys() if answers.given[name] in ("yes", "unsure")}
        if said or result.flags:
            assert result.level != "self_manage", answers
            assert said <= {raised.flag.id for raised in result.flags}
        reached += result.level == "self_manage"
    assert reached > 0, "no answer set was harmless: the test would pass whatever the rules say"


def test_answering_yes_to_a_flag_never_lowers_the_urgency() -> None:
    chance = random.Random(7)
    flags = sorted(knowledge().red_flags)
    for _ in range(2_000):
        before = random_answers(chance, answered=0.1)
        flag = chance.choice(flags)
        after = Answers({**before.given, flag: "yes"})
        assert TRIAGE_ORDER.index(triage(after).level) <= TRIAGE_ORDER.index(triage(before).level)


def test_the_same_answers_give_the_same_result() -> None:
    chance = random.Random(3)
    for _ in range(200):
        answers = random_answers(chance, answered=0.3)
        shuffled = Answers(dict(chance.sample(sorted(answers.given.items()), len(answers.given))))
        assert assess(answers).to_json(clinician=True) == assess(shuffled).to_json(clinician=True)


def test_every_flag_is_raised_once() -> None:
    chance = random.Random(5)
    for _ in range(500):
        ids = [raised.flag.id for raised in raised_flags(random_answers(chance))]
        assert len(ids) == len(set(ids))
