"""The end of the second page in words: what the numbers rest on, and what is open for the appointment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kneewise.report.clinic.blocks import Block, Bullets, Fact, Facts, Paragraph
from kneewise.report.clinic.complaint import Test
from kneewise.report.clinic.content import Asked, ClinicReport, PlanReport, Quality
from kneewise.report.clinic.labels import FLAGS
from kneewise.report.clinic.page_one import not_told_words
from kneewise.report.clinic.plan_words import outlook_words
from kneewise.report.clinic.words import Words

_QUESTION_LENGTH = 260


def quality_blocks(quality: Quality, report: ClinicReport, words: Words) -> Iterator[Block]:
    """Yield what the numbers of the report rest on, and where they end."""
    yield Facts(tuple(_quality_facts(quality, report.withheld, words)))
    rules = "" if report.screening is None else report.screening.rules_version
    yield Paragraph(_limits_words(rules, words), "note")


def _quality_facts(quality: Quality, withheld: frozenset[str], words: Words) -> Iterator[Fact]:
    _ = words.gettext
    not_shared = _("the runner does not share this")
    if "runs" in withheld:
        yield Fact(_("Runs"), not_shared, "missing")
    elif quality.runs:
        runs = _(
            "%(runs)s in the time shown; %(numbered)s with a load, %(cadence)s with measured cadence",
            runs=words.number(quality.runs),
            numbered=words.number(quality.runs_numbered),
            cadence=words.number(quality.runs_with_cadence),
        )
        yield Fact(_("Runs"), runs)
    else:
        yield Fact(_("Runs"), _("none recorded"), "missing")
    if "check_ins" in withheld:
        yield Fact(_("Check-ins"), not_shared, "missing")
    elif quality.days:
        told = _("on %(told)s of %(days)s days", told=words.number(quality.told_days), days=words.number(quality.days))
        yield Fact(_("Check-ins"), told)
    else:
        yield Fact(_("Check-ins"), _("none"), "missing")
    tiers = {"watch": _("watch only"), "video": _("watch, set by video"), "lab": _("watch, set by a lab trial")}
    if "video" in withheld:
        yield Fact(_("Measured by"), _("watch; trials by video or in a lab are not shared"), "missing")
    else:
        yield Fact(_("Measured by"), tiers[quality.tier])
    if "runs" not in withheld:
        yield Fact(_("Load relative to"), words.told(quality.reference), "" if quality.reference_own else "missing")
    if quality.not_told:
        yield Fact(_("Not told"), not_told_words(quality.not_told, words), "missing")


def _limits_words(rules: str, words: Words) -> str:
    _ = words.gettext
    text = _(
        "Loads are a model's: good to a few per cent within one runner, not between runners. Pain is as told. "
        "Before and after in one person is no proof of cause. Intervals hold 9 times in 10. No finding is a cause or "
        "a personal risk. The answer about pregnancy is not part of a report."
    )
    return text + " " + _("Safety rules %(version)s.", version=rules) if rules else text


# ----------------------------------------------------------------------------------------------------------- questions


def question_blocks(asked: Sequence[Asked], plan: PlanReport, words: Words) -> Iterator[Block]:
    """Yield what is open for the appointment, the most urgent first."""
    if not asked:
        yield Paragraph(words.gettext("Nothing is open by the rules of this report."), "missing")
        return
    yield Bullets(tuple(_asked(each, plan, words) for each in asked), numbered=True)


def _asked(each: Asked, plan: PlanReport, words: Words) -> str:
    _ = words.gettext
    names = words.listed([_(FLAGS[name]) for name in each.names if name in FLAGS])
    if each.kind in ("flags_yes", "flags_unsure", "flags_open"):
        said = {
            "flags_yes": _("Red flag answered yes, to be cleared first: %(names)s.", names=names),
            "flags_unsure": _("Red flag answered “not sure”: %(names)s.", names=names),
            "flags_open": _("Red flag not answered: %(names)s.", names=names),
        }
        return said[each.kind]
    if each.kind == "tests":
        return _("Examine: %(tests)s.", tests=words.listed([_test(test, words) for test in each.tests]))
    if each.kind == "runner_asks":
        note = " ".join(each.words.split())
        return _(
            "The runner asks or adds: “%(note)s”",
            note=note if len(note) <= _QUESTION_LENGTH else f"{note[:_QUESTION_LENGTH]}…",
        )
    if each.kind == "medicines":
        return _("Medicines that can matter: %(names)s.", names=words.listed([words.told(name) for name in each.names]))
    if each.kind == "refer":
        return _("Check-ins ask for a clinician: %(why)s", why=words.told(each.words))
    if each.kind == "goal":
        return _("Does the goal suit? Outlook: %(outlook)s.", outlook=outlook_words(plan, words).rstrip("."))
    if each.kind == "no_clip":
        return _("No video yet: watch hip, pelvis and trunk in running, or film from the side and the rear.")
    return _("The safety questions are not answered: ask them first.")


def _test(test: Test, words: Words) -> str:
    ratios = []
    if test.lr_positive is not None:
        ratios.append(f"LR+ {words.trimmed(test.lr_positive, 2)}")
    if test.lr_negative is not None:
        ratios.append(f"LR\N{MINUS SIGN} {words.trimmed(test.lr_negative, 2)}")
    return f"{words.told(test.name)} ({', '.join(ratios)})"
