"""The report as a FHIR R4 bundle: one patient, what was told, what was measured, the goal and the plan."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any, Final

from kneewise.language import Language
from kneewise.report.clinic import fhir_codes as codes
from kneewise.report.clinic.complaint import Complaint, Flag, Screening, Told
from kneewise.report.clinic.content import ClinicReport, Found, GaitChange, Measured
from kneewise.report.clinic.labels import FLAGS, METRICS, SESSIONS, WITHHELD
from kneewise.report.clinic.words import Words
from kneewise.units import DAYS_PER_WEEK, METRES_PER_KM

Resource = dict[str, Any]

#: Names of resources are made from the runner and what they hold, so that the same record gives the same bundle.
_NAMESPACE: Final = uuid.UUID("6e2f0a52-5d0c-5b0f-9d64-3f1a8a6c7b11")
_SEXES: Final = {"f": "female", "m": "male"}
_WEEK: Final = timedelta(days=DAYS_PER_WEEK - 1)


def report_bundle(report: ClinicReport, language: Language) -> dict[str, Any]:
    """Return the report as a FHIR R4 ``Bundle`` of type ``collection``."""
    return _Bundle(report, Words(language)).document()


def report_json(report: ClinicReport, language: Language) -> str:
    """Return the bundle as JSON text."""
    return json.dumps(report_bundle(report, language), ensure_ascii=False, allow_nan=False, indent=1) + "\n"


class _Bundle:
    """One bundle in the making."""

    def __init__(self, report: ClinicReport, words: Words) -> None:
        self.report, self.words = report, words
        self.entries: list[Resource] = []
        self.patient = self._add("patient", _patient(report))

    def _address(self, key: str) -> str:
        return f"urn:uuid:{uuid.uuid5(_NAMESPACE, f'{self.report.who.runner_id}/{key}')}"

    def _add(self, key: str, resource: Resource) -> Resource:
        """Add a resource and return a reference to it."""
        address = self._address(key)
        self.entries.append({"fullUrl": address, "resource": {"id": address.removeprefix("urn:uuid:"), **resource}})
        return {"reference": address}

    def document(self) -> dict[str, Any]:
        report = self.report
        results = [self._add(f"observation/{key}", each) for key, each in self._observations()]
        condition = None
        if report.complaint is not None:
            condition = self._add("condition", self._condition(report.complaint))
            self._add("questionnaire", self._answers(report.complaint, report.screening))
        goal = self._add("goal", self._goal()) if report.plan.goal_kind is not None else None
        if report.plan.version is not None:
            self._add("plan", self._plan(goal, condition))
        self._add("report", self._report(results))
        self._add("codes", codes.code_system())
        return {
            "resourceType": "Bundle",
            "id": self._address("bundle").removeprefix("urn:uuid:"),
            "language": self.words.language,
            "type": "collection",
            "timestamp": report.made_at.isoformat(timespec="seconds"),
            "entry": self.entries,
        }

    # ------------------------------------------------------------------------------------------------- what was told

    def _knees(self) -> list[dict[str, Any]]:
        complaint = self.report.complaint
        side = None if complaint is None else complaint.told("side")
        chosen = () if side is None else side.choices
        sides = ("left", "right") if "both" in chosen else tuple(each for each in chosen if each in codes.KNEES)
        return [{"coding": list(codes.KNEES[each])} for each in sides]

    def _condition(self, complaint: Complaint) -> Resource:
        """Return the complaint as reported: unconfirmed, and never the pattern that the answers fit."""
        resource: Resource = {
            "resourceType": "Condition",
            "clinicalStatus": codes.hl7("condition-clinical", "active"),
            "verificationStatus": codes.hl7("condition-ver-status", "unconfirmed"),
            "category": [codes.hl7("condition-category", "problem-list-item")],
            "code": {"coding": [codes.KNEE_PAIN], "text": self.words.gettext("Knee pain, as told by the runner")},
            "subject": self.patient,
            "asserter": self.patient,
            "recordedDate": complaint.answered_on.isoformat(),
        }
        if knees := self._knees():
            resource["bodySite"] = knees
        if complaint.onset is not None:
            # It is known to about a week, so the month is all that is claimed.
            resource["onsetDateTime"] = f"{complaint.onset:%Y-%m}"
        return resource

    def _answers(self, complaint: Complaint, screening: Screening | None) -> Resource:
        open_ = screening is None or bool(screening.having("not_answered"))
        flags = () if screening is None else screening.flags
        items = [
            *(_answer(told, self.words) for told in complaint.answers),
            *(_flag(flag, self.words) for flag in flags),
        ]
        version = "" if screening is None else f"|{screening.rules_version}"
        return {
            "resourceType": "QuestionnaireResponse",
            "questionnaire": f"urn:x-kneewise:intake{version}",
            "status": "in-progress" if open_ else "completed",
            "subject": self.patient,
            "author": self.patient,
            "source": self.patient,
            "authored": complaint.answered_on.isoformat(),
            "item": items,
        }

    # --------------------------------------------------------------------------------------------- what was measured

    def _observation(self, code: dict[str, Any], category: str, on: date | None, **held: Any) -> Resource:
        resource: Resource = {
            "resourceType": "Observation",
            "status": "final",
            "category": [codes.hl7("observation-category", category)],
            "code": code,
            "subject": self.patient,
        }
        if on is not None:
            resource["effectiveDateTime"] = on.isoformat()
        return {**resource, **{name: value for name, value in held.items() if value not in (None, [], "")}}

    def _observations(self) -> Iterator[tuple[str, Resource]]:
        yield from self._body()
        yield from self._pain()
        yield from self._weeks()
        yield from self._examined()
        for change in self.report.gait.changes:
            yield f"gait/{change.origin}/{change.metric}", self._gait(change)
        for measure in self.report.measures:
            yield from self._scores(measure)
        for found in self.report.findings:
            if found.state in ("present", "shown", "absent") and found.measure:
                yield f"finding/{found.id}", self._finding(found)
        yield from self._plan_results()

    def _body(self) -> Iterator[tuple[str, Resource]]:
        who = self.report.who
        for key, coding, value, unit in (
            ("height", codes.HEIGHT, who.height_m, "m"),
            ("mass", codes.MASS, who.mass_kg, "kg"),
        ):
            if value is not None:
                amount = codes.quantity(value, unit)
                yield key, self._observation({"coding": [coding]}, "vital-signs", None, valueQuantity=amount)

    def _examined(self) -> Iterator[tuple[str, Resource]]:
        complaint = self.report.complaint
        for test in () if complaint is None else complaint.examined:
            code = codes.own("examination-test", self.words.told(test.name))
            result = codes.own("positive" if test.result else "negative")
            yield f"examined/{test.id}", self._observation(code, "exam", test.on, valueCodeableConcept=result)

    def _pain(self) -> Iterator[tuple[str, Resource]]:
        course, knees = self.report.course, self._knees()
        for day in () if course is None else course.pain:
            told = (("pain-during", day.during), ("pain-next-morning", day.next_morning))
            yield (
                f"pain/{day.local_date}",
                self._observation(
                    {"coding": [codes.PAIN], "text": self.words.gettext("Worst pain of the day, 0 to 10")},
                    "survey",
                    day.local_date,
                    bodySite=knees[0] if len(knees) == 1 else None,
                    valueQuantity=None if day.worst is None else codes.quantity(day.worst, "score"),
                    component=[_component(code, number, "score") for code, number in told if number is not None],
                ),
            )

    def _weeks(self) -> Iterator[tuple[str, Resource]]:
        course = self.report.course
        for week in () if course is None else course.weeks:
            last = min(week.first_day + _WEEK, self.report.local_date)
            parts = (
                ("interval-low", week.low, "knee-km"),
                ("interval-high", week.high, "knee-km"),
                ("week-distance", None if week.distance_m is None else week.distance_m / METRES_PER_KM, "km"),
                ("week-runs", float(week.runs), "runs"),
            )
            known = week.knee_km is not None
            resource = self._observation(
                codes.own("week-load"),
                "activity",
                None,
                effectivePeriod={"start": week.first_day.isoformat(), "end": last.isoformat()},
                valueQuantity=codes.quantity(week.knee_km, "knee-km") if week.knee_km is not None else None,
                dataAbsentReason=None if known else codes.hl7("data-absent-reason", "unknown"),
                component=[_component(code, number, unit) for code, number, unit in parts if number is not None],
            )
            yield f"week/{week.first_day}", resource

    def _gait(self, change: GaitChange) -> Resource:
        unit = "steps/min" if change.metric == "cadence_equal_speed" else change.unit
        parts = [] if change.before is None else [_component("before", change.before, unit)]
        if change.change is not None:
            parts.append(_component("change", change.change.value, change.change.unit))
            parts.append(_component("interval-low", change.change.low, change.change.unit))
            parts.append(_component("interval-high", change.change.high, change.change.unit))
        name = self.words.gettext(METRICS[change.metric]) if change.metric in METRICS else change.metric
        return self._observation(
            codes.own("gait", name),
            "activity",
            self.report.local_date,
            valueQuantity=None if change.after is None else codes.quantity(change.after, unit),
            dataAbsentReason=codes.hl7("data-absent-reason", "unknown") if change.after is None else None,
            component=parts,
        )

    def _scores(self, measure: Measured) -> Iterator[tuple[str, Resource]]:
        name = f"{self.words.told(measure.name)} {self.words.told(measure.subscale)}".strip()
        for on, score in measure.scores:
            amount = codes.quantity(score, "score")
            resource = self._observation(codes.own("measure", name), "survey", on, valueQuantity=amount)
            yield f"measure/{measure.id}/{measure.subscale}/{on}", resource

    def _finding(self, found: Found) -> Resource:
        told = self.words.told
        grade = f"{found.certainty}-{found.certainty_high}" if found.certainty_high else found.certainty
        certainty = {
            "code": codes.own("certainty"),
            "valueString": grade if found.verified else f"{grade} (not checked)",
        }
        return self._observation(
            codes.own("finding", told(found.clinical_name or found.name)),
            "survey",
            found.on or self.report.local_date,
            valueCodeableConcept=codes.own(found.state),
            note=[{"text": told(found.measure)}],
            component=[certainty],
        )

    def _plan_results(self) -> Iterator[tuple[str, Resource]]:
        plan, today = self.report.plan, self.report.local_date
        for each in plan.helped:
            text = each.words or each.kind
            resource = self._observation(
                codes.own("helped", text),
                "survey",
                each.since,
                valueQuantity=codes.quantity(each.points.value, "pain points"),
                component=[
                    _component("interval-low", each.points.low, "pain points"),
                    _component("interval-high", each.points.high, "pain points"),
                ],
            )
            yield f"helped/{each.since}/{text}", resource
        if plan.version is not None and plan.runs_planned:
            ratio = {
                "numerator": codes.quantity(plan.runs_done, "runs"),
                "denominator": codes.quantity(plan.runs_planned, "runs"),
            }
            yield "adherence", self._observation(codes.own("adherence"), "activity", today, valueRatio=ratio)

    # ------------------------------------------------------------------------------------------------- goal and plan

    def _goal(self) -> Resource:
        plan, gettext = self.report.plan, self.words.gettext
        text = gettext("Run without thinking of the knee")
        if plan.goal_kind == "daily_life":
            text = gettext("Daily life without pain")
        resource: Resource = {
            "resourceType": "Goal",
            "lifecycleStatus": "active",
            "description": {"text": text},
            "subject": self.patient,
            "expressedBy": self.patient,
        }
        if plan.goal_distance_m is not None:
            kilometres = codes.quantity(plan.goal_distance_m / METRES_PER_KM, "km")
            resource["description"] = {"text": gettext("Run %(km)s km", km=self.words.trimmed(kilometres["value"]))}
            target = {"measure": codes.own("goal-distance"), "detailQuantity": kilometres}
            resource["target"] = [target | ({"dueDate": plan.goal_day.isoformat()} if plan.goal_day else {})]
        return resource

    def _plan(self, goal: Resource | None, condition: Resource | None) -> Resource:
        plan, words = self.report.plan, self.words
        resource: Resource = {
            "resourceType": "CarePlan",
            "status": "on-hold" if plan.refused else "active",
            "intent": "plan",
            "title": words.gettext("Way back to running, version %(version)s", version=plan.version),
            "subject": self.patient,
            "author": self.patient,
        }
        text = " ".join(words.told(each) for each in (plan.phase_goal, plan.decision, plan.refused) if each)
        if text:
            resource["description"] = text
        if plan.start is not None:
            resource["period"] = {"start": plan.start.isoformat()}
        for name, reference in (("goal", goal), ("addresses", condition)):
            if reference is not None:
                resource[name] = [reference]
        if plan.ahead:
            resource["activity"] = [
                {
                    "detail": {
                        "status": "scheduled",
                        "code": {"text": words.gettext(SESSIONS[each.kind]) if each.kind in SESSIONS else each.kind},
                        "scheduledPeriod": {"start": each.local_date.isoformat(), "end": each.local_date.isoformat()},
                        **({"description": words.told(each.dose)} if each.dose else {}),
                    }
                }
                for each in plan.ahead
            ]
        return resource

    def _report(self, results: Sequence[Resource]) -> Resource:
        """Return the report itself; preliminary, because no clinician has read it yet."""
        resource: Resource = {
            "resourceType": "DiagnosticReport",
            "status": "preliminary",
            "code": codes.own("knee-report", self.words.gettext("Knee report")),
            "subject": self.patient,
            "effectiveDateTime": self.report.local_date.isoformat(),
            "issued": self.report.made_at.isoformat(timespec="seconds"),
            "conclusion": self._conclusion(),
        }
        if results:
            resource["result"] = list(results)
        return resource

    def _conclusion(self) -> str:
        left_out = [self.words.gettext(text) for kind, text in WITHHELD.items() if kind in self.report.withheld]
        return " ".join([*left_out, *([] if "check_ins" in self.report.withheld else [self._safety()])])

    def _safety(self) -> str:
        screening, _ = self.report.screening, self.words.gettext
        if screening is None:
            return _("The safety questions are not answered.")
        raised = [_(FLAGS[flag.id]) for flag in screening.having("yes", "unsure", "not_answered")]
        if raised:
            return _("Red flags to be cleared: %(names)s.", names=self.words.listed(raised))
        return _(
            "No red flag was answered yes on %(day)s. No diagnosis is made.", day=self.words.day(screening.answered_on)
        )


def _patient(report: ClinicReport) -> Resource:
    who = report.who
    resource: Resource = {
        "resourceType": "Patient",
        "identifier": [{"system": "urn:x-kneewise:runner", "value": who.runner_id}],
    }
    if who.name:
        resource["name"] = [{"text": who.name}]
    if who.sex in _SEXES:
        resource["gender"] = _SEXES[who.sex]
    if who.birth_year is not None:
        resource["birthDate"] = f"{who.birth_year:04d}"
    return resource


def _component(code: str, number: float, unit: str) -> dict[str, Any]:
    return {"code": codes.own(code), "valueQuantity": codes.quantity(number, unit)}


def _answer(told: Told, words: Words) -> dict[str, Any]:
    answers: list[dict[str, Any]]
    if told.words:
        answers = [{"valueString": told.words}]
    elif told.number is not None and told.unit:
        answers = [{"valueQuantity": codes.quantity(told.number, told.unit)}]
    elif told.number is not None:
        answers = [{"valueDecimal": told.number}]
    else:
        answers = [{"valueString": words.told(text)} for text in told.texts]
    return {"linkId": told.question, "answer": answers} if answers else {"linkId": told.question}


def _flag(flag: Flag, words: Words) -> dict[str, Any]:
    # The one text that speaks to the runner: an answer is told with its question as it was asked.
    item: dict[str, Any] = {"linkId": flag.id, "text": words.told(flag.question)}
    if flag.state in ("not_asked", "not_answered"):
        why = "not-asked" if flag.state == "not_asked" else "unknown"
        return {**item, "extension": [{"url": codes.ABSENT_EXTENSION, "valueCode": why}]}
    coding = {"system": codes.OWN, "code": flag.state, "display": codes.OWN_CODES[flag.state]}
    return {**item, "answer": [{"valueCoding": coding}]}
