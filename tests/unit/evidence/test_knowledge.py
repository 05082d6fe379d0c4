"""The knowledge files as shipped: complete, consistent, readable."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pytest

from kneewise.evidence.checks import collections, problems, runner_texts
from kneewise.evidence.conditions import Candidate
from kneewise.evidence.knowledge import Knowledge, knowledge
from kneewise.evidence.records import Figure, Record, shown
from kneewise.evidence.safety import TRIAGE_ORDER, RedFlag

CARDS = """pfp itbs patellar_tendinopathy quadriceps_tendinopathy fat_pad pes_anserine meniscal_lesion knee_oa
bone_stress_injury plica osgood_schlatter slj referred_hip referred_lumbar scfe acl mcl lcl_plc pcl patellar_instability
dvt septic_arthritis crystal_arthritis inflammatory_arthritis tumour prepatellar_bursitis popliteal_cyst
popliteal_artery_entrapment osteochondritis_dissecans bipartite_patella distal_hamstring_or_popliteus
saphenous_or_peroneal_nerve crps subchondral_insufficiency fibromyalgia_widespread"""
ZONES = """ant_diffuse ant_superior_pole ant_inferior_pole ant_beside_tendon tib_tuberosity med_joint_line med_below
lat_epicondyle lat_joint_line posterior bone_focal thigh_groin whole_knee_hot"""


def _load_readability() -> ModuleType:
    path = Path(__file__).parents[2] / "readability.py"
    specification = importlib.util.spec_from_file_location("readability", path)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


readability = _load_readability()


def records() -> Iterator[tuple[str, Record]]:
    for name in collections():
        for id_, record in getattr(knowledge(), name).items():
            if isinstance(record, Record):
                yield f"{name}.{id_}", record


def figures(value: object, where: str) -> Iterator[tuple[str, Figure]]:
    if isinstance(value, Figure):
        yield f"{where} ({value.what})", value
    elif isinstance(value, tuple):
        for item in value:
            yield from figures(item, where)
    elif is_dataclass(value):
        for field in fields(value):
            yield from figures(getattr(value, field.name), where)


def all_figures() -> list[tuple[str, Figure]]:
    return [found for where, record in records() for found in figures(record, where)]


def test_ids_exist_sources_are_cited_and_zones_agree() -> None:
    assert problems(knowledge()) == []


def test_loading_one_file_leaves_the_others_alone() -> None:
    fresh = Knowledge()
    assert fresh.red_flags["rf_locked"].level == "urgent"
    assert set(vars(fresh)) == {"red_flags"}


def test_a_second_question_reads_nothing_again() -> None:
    assert knowledge() is knowledge()
    assert knowledge().red_flags is knowledge().red_flags


@pytest.mark.parametrize(
    ("collection", "count"),
    [
        ("triage_levels", 5),
        ("red_flags", 34),
        ("fracture_rules", 2),
        ("special_populations", 13),
        ("medicines", 10),
        ("refusals", 15),
        ("imaging", 11),
        ("content_safety", 11),
        ("disclaimers", 7),
        ("regulation", 13),
        ("conditions", 38),
        ("pain_map", 13),
        ("priors", 13),
        ("occurrence", 13),
    ],
)
def test_no_row_of_the_evidence_base_was_dropped(collection: str, count: int) -> None:
    assert len(getattr(knowledge(), collection)) == count


def test_every_condition_and_zone_of_the_evidence_base_has_a_record() -> None:
    assert set(CARDS.split()) <= knowledge().conditions.keys()
    assert set(ZONES.split()) == knowledge().pain_map.keys()


def test_every_text_for_runners_is_readable() -> None:
    readability.assert_readable(runner_texts(knowledge()))


def test_no_text_for_runners_uses_a_word_of_fear() -> None:
    words = knowledge().content_safety["readability"].words
    found = [
        f"{where}: {text}"
        for where, text in runner_texts(knowledge())
        for word in words
        if re.search(rf"\b{word}\b", text, flags=re.IGNORECASE) and not re.search(r"\bshoes?\b", text)
    ]
    assert words
    assert found == []


def test_no_text_for_runners_promises_a_cure_or_a_prevention() -> None:
    promise = re.compile(r"\b(cures?|guarantees?|prevents|will prevent)\b", flags=re.IGNORECASE)
    denial = re.compile(r"\b(no|not|none|never|can't|does not)\b", flags=re.IGNORECASE)
    promises = [where for where, text in runner_texts(knowledge()) if promise.search(text) and not denial.search(text)]
    assert promises == []


def test_a_ratio_names_its_comparator() -> None:
    needs = re.compile(r"\b(odds|hazard|rate|risk) ratio\b|number needed")
    assert [where for where, figure in all_figures() if needs.search(figure.what) and not figure.compared_with] == []


def test_no_unverified_figure_can_be_shown_as_evidence() -> None:
    everything = [figure for _, figure in all_figures()]
    unverified = [figure for figure in everything if not figure.verified]
    assert unverified
    assert not set(shown(everything)) & set(unverified)
    assert all(figure.sources for figure in shown(everything))


def test_priors_add_up_to_one_in_each_age_group() -> None:
    for group in ("adult", "older", "child"):
        total = sum(getattr(prior, group).value for prior in knowledge().priors.values())
        assert total == pytest.approx(1.0, abs=0.021)


def test_priors_name_no_condition_twice() -> None:
    named = [condition for prior in knowledge().priors.values() for condition in prior.conditions]
    assert len(named) == len(set(named))


@pytest.mark.parametrize("flag", knowledge().red_flags.values(), ids=lambda flag: flag.id)
def test_a_red_flag_asks_urges_and_stops_the_plan(flag: RedFlag) -> None:
    assert "?" in flag.question
    assert flag.level != "self_manage"
    assert flag.unsure_level == {"emergency": "same_day", "same_day": "urgent"}.get(flag.level, "routine")
    assert "plan" in flag.blocks
    if flag.level == "emergency":
        assert "everything" in flag.blocks
    for escalation in flag.escalations:
        assert TRIAGE_ORDER.index(escalation.level) <= TRIAGE_ORDER.index(flag.level)


def test_a_more_urgent_level_blocks_at_least_as_much() -> None:
    levels = [knowledge().triage_levels[level] for level in TRIAGE_ORDER]
    for worse, better in pairwise(levels):
        assert set(better.blocks) <= set(worse.blocks)
    times = [level.within.value or 0 for level in levels[:4]]
    assert times == sorted(times)


def test_what_must_not_be_managed_alone_is_not_called_self_manage() -> None:
    for condition in knowledge().conditions.values():
        assert (condition.self_manage == "no") <= (condition.level != "self_manage"), condition.id
        assert (condition.level in ("emergency", "same_day", "urgent")) <= (condition.self_manage == "no"), condition.id


@pytest.mark.parametrize("condition", sorted(knowledge().conditions))
def test_a_condition_says_what_to_do_and_what_else_it_may_be(condition: str) -> None:
    card = knowledge().conditions[condition]
    assert card.first_actions
    assert card.facts
    assert card.red_flags
    assert card.apart
    assert all(other.other != condition for other in card.apart)


def test_the_fracture_rules_hold_their_published_items() -> None:
    ottawa, pittsburgh = (knowledge().fracture_rules[name] for name in ("ottawa_knee", "pittsburgh"))
    assert (len(ottawa.needs), len(ottawa.items)) == (0, 5)
    assert (len(pittsburgh.needs), len(pittsburgh.items)) == (1, 2)
    assert ottawa.items[0].threshold is not None
    assert ottawa.items[0].threshold.value == 55
    assert (ottawa.valid_days.value, pittsburgh.valid_days.value) == (7, 6)


def test_medicines_never_carry_a_dose() -> None:
    dose = re.compile(r"\d+\s*(mg|ml|g)\b|\btimes a day\b")
    assert [medicine.id for medicine in knowledge().medicines.values() if dose.search(medicine.plain)] == []


def test_a_medicine_that_is_asked_for_changes_something() -> None:
    for medicine in knowledge().medicines.values():
        assert medicine.ask is (medicine.question is not None), medicine.id


def test_the_readability_formula_knows_easy_from_hard() -> None:
    known = {"knee": 1, "running": 2, "injury": 3, "stairs": 1, "walked": 1, "started": 2, "previous": 3, "medicine": 3}
    known |= {"action": 2, "area": 3, "people": 2, "cautious": 2, "physiotherapist": 6, "diagnosis": 4, "aches": 1}
    assert {word: readability.syllables(word) for word in known} == known
    assert readability.grade("The cat sat on the mat.") < 1
    assert (
        readability.grade("Multifactorial biomechanical considerations necessitate individualised rehabilitation.") > 20
    )
    assert readability.too_hard({"hard": "Multifactorial biomechanical considerations necessitate rehabilitation."})
    with pytest.raises(AssertionError, match="above grade 8"):
        readability.assert_readable({"hard": "Multifactorial biomechanical considerations necessitate rehabilitation."})


def test_the_checks_find_what_is_wrong() -> None:
    broken = Knowledge()
    zone = replace(
        knowledge().pain_map["ant_diffuse"],
        candidates=(Candidate(condition="nobody", rank="first"),),
        mark="V",
        sources=("thomee-1997", "no-such-source"),
    )
    broken.__dict__["pain_map"] = {"ant_diffuse": zone}
    broken.__dict__["sources"] = {**knowledge().sources, "lonely-2020": knowledge().sources["thomee-1997"]}
    text = "\n".join(problems(broken))
    assert "pain_map.ant_diffuse.candidates[1].condition names 'nobody', which is not in conditions." in text
    assert "pain_map.ant_diffuse.sources[2] names 'no-such-source', which is not in sources." in text
    assert "source 'lonely-2020' is cited by nobody." in text
    assert "pain_map.ant_diffuse has mark V, but its sources" in text
    assert "'nobody' and zone 'ant_diffuse' belong together only in one file" in text
