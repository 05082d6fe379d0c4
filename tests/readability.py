"""Reading level of the texts that runners see: Flesch-Kincaid grade with a list of clinical terms as exceptions.

The grade is 0.39 * words per sentence + 11.8 * syllables per word - 15.59 (Kincaid et al. 1975). A clinical term that
stands beside its plain word, and is listed here, counts as an easy word of two syllables. Fewer than six words without
a full stop are a label, and the formula says nothing about fewer than four words: both have grade 0.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

MAX_GRADE = 8.0
_LABEL_WORDS = 6
_SENTENCE_WORDS = 4
_TERM_SYLLABLES = 2

#: Words that a runner meets anyway (body, clinic, this product) and whose length says nothing about difficulty.
CLINICAL_TERMS = frozenset(
    word
    for line in (
        "achilles antibiotic antibiotics arthritis chemotherapy cholesterol ciprofloxacin clinician",
        "clinicians diabetes emergency epilepsy exercise exercises fracture fractures ibuprofen iliotibial",
        "infection infections inflammatory injection injections injuries injury kneecap ligament ligaments",
        "medicine medicines menstrual operation operations osteoporosis paracetamol patella patellar",
        "pharmacist physiotherapist pregnancy psoriasis specialist surgery tendinopathy tendon tendons",
        "ultrasound",
    )
    for word in line.split()
)

_SYLLABLES: Mapping[str, int] = {
    "area": 3, "areas": 3, "realise": 3, "idea": 3, "diet": 2, "quiet": 2, "science": 2,
    "everything": 3, "every": 2, "everyday": 3, "anywhere": 3, "sometimes": 2, "something": 2, "someone": 2,
    "somewhere": 2, "therefore": 2, "before": 2, "outside": 2, "inside": 2, "sideways": 2, "upside": 2, "kneecap": 2,
    "anyone": 3, "people": 2, "business": 2, "evening": 2, "different": 2, "several": 2, "because": 2,
    "medicine": 3, "muscle": 2, "muscles": 2, "ankle": 2, "ankles": 2, "little": 2, "simple": 2, "trouble": 2,
    "joined": 1, "twisted": 2, "needed": 2, "rated": 2, "rested": 2, "unloaded": 3, "loaded": 2, "started": 2,
    "ended": 2, "used": 1, "aches": 1, "eased": 1, "eases": 2, "lose": 1, "loses": 2, "goes": 1, "does": 1,
    "doesn't": 2, "isn't": 2, "didn't": 2, "couldn't": 2, "wasn't": 2, "fluid": 2, "ruin": 2, "react": 2,
    "previous": 3, "serious": 3, "period": 3, "periods": 3, "radiates": 4, "via": 2, "bias": 2, "giant": 2,
    "lifetime": 2, "safely": 2, "likely": 2, "surely": 2, "closely": 2, "barely": 2, "completely": 3, "lately": 2,
    "movement": 2, "movements": 2, "statement": 2, "basement": 2, "careful": 2, "useful": 2, "painful": 2,
    "homework": 2, "household": 2, "forefoot": 2, "barefoot": 2, "treadmill": 2, "whole": 1, "hour": 1, "hours": 1,
    "our": 1, "ours": 1, "fire": 1, "tired": 1, "higher": 2, "lower": 2, "flower": 2, "power": 2, "walked": 1,
    "warmed": 1, "create": 2, "created": 3, "poem": 2, "lion": 2, "riot": 2, "reassure": 3, "cycle": 2, "cycling": 2,
    "idle": 2, "ageing": 2, "eye": 1, "eyes": 1, "bye": 1, "toe": 1, "toes": 1, "shoe": 1, "shoes": 1, "knee": 1,
}  # fmt: skip

_WORD = re.compile(r"[A-Za-z]+(?:['-][A-Za-z]+)*")
_SENTENCE_END = re.compile(r"[.!?]+(?=\s|$)")
_VOWELS = re.compile(r"[aeiouy]+")
_SPLIT_VOWELS = re.compile(r"ia|iu|io(?!u)|(?<![ctxg])iou|eo|uou|[aeiou]ing$|ua(?=l)|ie[tr]|^rea(?=ct)|eum$")
_JOINED_VOWELS = re.compile(r"(?<=[ctgs])i[ao](?=[nl])|(?<=[ln])ion|geo(?=n|us)")
_SILENT_E = re.compile(r"(?<=[^aeiouy])e$")
_SILENT_ES = re.compile(r"(?<=[^aeiouyszxcg])(?<!sh)(?<!ch)es$")
_SILENT_ED = re.compile(r"(?<=[^aeiouytd])ed$")


def syllables(word: str) -> int:
    """Count the syllables of one English word; numbers and single letters are not words."""
    word = word.lower().replace("’", "'")
    if "-" in word:
        return sum(syllables(part) for part in word.split("-"))
    if word in _SYLLABLES:
        return _SYLLABLES[word]
    word = word.removesuffix("'s")
    stem = word
    if not re.search(r"[^aeiouy]l[e]s?$", word):
        stem = _SILENT_E.sub("", _SILENT_ES.sub("", _SILENT_ED.sub("", word)))
    count = len(_VOWELS.findall(stem))
    count += len(_SPLIT_VOWELS.findall(stem)) - len(_JOINED_VOWELS.findall(stem))
    return max(count, 1)


def grade(text: str) -> float:
    """Return the Flesch-Kincaid grade of a text; 0 for a label."""
    words = _WORD.findall(text.replace("’", "'"))
    ends = len(_SENTENCE_END.findall(text.strip()))
    if len(words) < (_SENTENCE_WORDS if ends else _LABEL_WORDS):
        return 0.0
    sentences = max(1, ends + (text.strip()[-1] not in ".!?"))
    spoken = sum(_TERM_SYLLABLES if word.lower() in CLINICAL_TERMS else syllables(word) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * spoken / len(words) - 15.59


def too_hard(texts: Iterable[tuple[str, str]] | Mapping[str, str]) -> list[str]:
    """Return ``"where (grade): text"`` for every text above grade 8."""
    pairs = texts.items() if isinstance(texts, Mapping) else texts
    return [f"{where} ({grade(text):.1f}): {text}" for where, text in pairs if grade(text) > MAX_GRADE]


def assert_readable(texts: Iterable[tuple[str, str]] | Mapping[str, str]) -> None:
    """Fail when a text needs more than eight years of school.

    Parameters
    ----------
    texts : iterable of (where, text), or mapping
        ``where`` names the text in the failure message.
    """
    hard = too_hard(texts)
    assert not hard, "Texts above grade 8:\n" + "\n".join(hard)
