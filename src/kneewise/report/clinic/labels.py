"""Short names for ids: a clinician scans them, so they are shorter than the questions that a runner reads."""

from __future__ import annotations

from collections.abc import Mapping

from kneewise.report.clinic.words import message

#: Red flags by id, in two to five words.
FLAGS: Mapping[str, str] = {
    "rf_hot_joint_fever": message("hot joint or fever"),
    "rf_recent_op_injection": message("recent surgery, injection or wound"),
    "rf_chest_dyspnoea": message("leg swelling with chest symptoms"),
    "rf_deformity": message("deformity or dislocation"),
    "rf_neurovascular": message("cold, pale or numb foot"),
    "rf_open_wound": message("deep wound over the joint"),
    "rf_compartment": message("compartment syndrome"),
    "rf_cauda_equina": message("cauda equina signs"),
    "rf_extensor_rupture": message("straight leg cannot be raised"),
    "rf_child_weightbear": message("child: no weight-bearing or limp"),
    "rf_child_fever_limp": message("child: fever and limp"),
    "rf_ottawa": message("Ottawa knee rule"),
    "rf_fall_stumble_fit": message("fall or seizure; brittle bones"),
    "rf_rapid_swelling": message("swelling within two hours"),
    "rf_locked": message("locked knee"),
    "rf_giving_way_trauma": message("giving way after a twist"),
    "rf_calf_swelling": message("one-sided calf swelling"),
    "rf_preg_calf": message("calf swelling in pregnancy or after birth"),
    "rf_night_rest_pain": message("night or rest pain"),
    "rf_lump": message("new or growing lump"),
    "rf_systemic": message("weight loss, night sweats, cancer"),
    "rf_bone_focal": message("focal bone pain, worse each run"),
    "rf_groin_bsi": message("groin pain on running or hopping"),
    "rf_reds": message("signs of REDs"),
    "rf_polyarthritis": message("several swollen joints, long stiffness"),
    "rf_effusion": message("repeated clear swelling"),
    "rf_neuro": message("numbness, weakness, back with leg pain"),
    "rf_vascular_claudication": message("calf pain with effort that goes in minutes"),
    "rf_anticoag_bleed": message("bleeding risk with swelling or injury"),
    "rf_immunosuppressed": message("weak immunity with joint pain"),
    "rf_colour_pain": message("skin change with extreme pain"),
    "rf_mental_health": message("self-harm or disordered eating"),
    "rf_no_progress": message("no progress after six weeks of plan"),
    "rf_severe_pain": message("worst pain 8 or more, or daily life stopped"),
}

#: Questions of the intake by id.
QUESTIONS: Mapping[str, str] = {
    "zones": message("Where"),
    "side": message("Knee"),
    "pointing": message("Shown with"),
    "onset": message("Began"),
    "injury_days_ago": message("Days since the injury"),
    "duration_weeks": message("Duration then"),
    "pain_worst": message("Worst pain"),
    "pain_usual": message("Usual pain"),
    "provoking": message("Provoked by"),
    "easing": message("Eased by"),
    "run_pattern": message("In a run"),
    "onset_distance_km": message("Starts after"),
    "daily_tasks": message("Daily tasks"),
    "swelling": message("Swelling"),
    "mechanical": message("Mechanical signs"),
    "morning_stiffness_min": message("Morning stiffness"),
    "other_pain": message("Other pain"),
    "history": message("History"),
    "medicines": message("Medicines"),
    "confidence": message("Confidence"),
    "fear": message("Fear of harm"),
    "sleep_quality": message("Sleep"),
    "goal": message("Wants"),
    "note": message("In own words"),
    "training_change": message("Training, as told"),
    "terrain_change": message("Ground, as told"),
    "shoe_change": message("Shoes, as told"),
    "shoe_age_months": message("Age of the shoes"),
}

AREAS: Mapping[str, str] = {
    "training": message("Training"),
    "terrain": message("Ground"),
    "habits": message("Habits"),
    "shoes": message("Shoes"),
    "body": message("Body"),
    "trunk": message("Trunk"),
    "lumbar": message("Lower back"),
    "hip": message("Hip"),
    "knee": message("Knee"),
    "foot": message("Foot"),
    "gait": message("Gait"),
}

#: Certainty of the evidence, GRADE-like.
CERTAINTY: Mapping[str, str] = {
    "H": message("high"),
    "Mo": message("moderate"),
    "L": message("low"),
    "VL": message("very low"),
    "N": message("none"),
}

SUPPORTS: Mapping[str, str] = {
    "yes": message("link found"),
    "mixed": message("mixed"),
    "no": message("no link"),
    "unknown": message("not shown"),
}

EVENTS: Mapping[str, str] = {
    "onset": message("onset (about)"),
    "flare": message("Flare"),
    "intake": message("Safety questions"),
    "plan": message("Plan began"),
    "strength": message("Strength work began"),
    "cadence": message("Trial of quicker steps"),
    "change": message("Change"),
}

METRICS: Mapping[str, str] = {
    "cadence_equal_speed": message("Cadence (steps/min); change at equal speed"),
    "speed_mps": message("Speed (m/s)"),
    "step_length_m": message("Step length (m)"),
    "contact_time_s": message("Contact time (s)"),
    "cadence_spm": message("Cadence (steps/min)"),
    "step_time_s": message("Step time (s)"),
    "flight_time_s": message("Flight time (s)"),
    "duty_factor": message("Duty factor"),
    "vertical_oscillation_m": message("Vertical oscillation (m)"),
    "vertical_oscillation_leg": message("Vertical oscillation (leg lengths)"),
    "foot_ahead_of_hip_leg": message("Foot ahead of hip (leg lengths)"),
    "foot_ahead_of_mass_leg": message("Foot ahead of mass (leg lengths)"),
    "foot_ahead_of_mass_m": message("Foot ahead of mass (m)"),
    "shank_inclination_ic_deg": message("Shank angle at contact (°)"),
    "foot_inclination_ic_deg": message("Foot angle at contact (°)"),
    "knee_flexion_ic_deg": message("Knee flexion at contact (°)"),
    "knee_flexion_peak_deg": message("Peak knee flexion (°)"),
    "ankle_dorsiflexion_ic_deg": message("Ankle dorsiflexion at contact (°)"),
    "ankle_dorsiflexion_peak_deg": message("Peak ankle dorsiflexion (°)"),
    "trunk_lean_deg": message("Trunk lean (°)"),
    "pelvic_drop_peak_deg": message("Peak pelvic drop (°)"),
    "hip_adduction_peak_deg": message("Peak hip adduction (°)"),
    "step_width_leg": message("Step width (leg lengths)"),
    "step_width_m": message("Step width (m)"),
    "trunk_side_lean_deg": message("Trunk side lean (°)"),
    "knee_alignment_deg": message("Knee alignment (°)"),
}

SESSIONS: Mapping[str, str] = {
    "run": message("Run"),
    "walk_run": message("Walk-run"),
    "gait_retraining": message("Quicker steps"),
    "strength": message("Strength"),
    "cross_training": message("Cross-training"),
    "walk": message("Walk"),
}

FITS: Mapping[str, str] = {
    "strong": message("strong fit"),
    "moderate": message("moderate fit"),
    "weak": message("weak fit"),
}

VERDICTS: Mapping[str, str] = {
    "less-pain": message("less pain"),
    "more-pain": message("more pain"),
    "about-the-same": message("about the same"),
    "the-data-do-not-tell": message("the data do not tell"),
}

PROFILE: Mapping[str, str] = {
    "birth_year": message("year of birth"),
    "sex": message("sex"),
    "height_m": message("height"),
    "mass_kg": message("mass"),
}

#: Units of the intake's amounts.
UNITS: Mapping[str, str] = {
    "weeks": message("weeks"),
    "days": message("days"),
    "months": message("months"),
    "hours": message("hours"),
    "minutes": message("minutes"),
}

#: What is said of a kind of data that the runner does not share; in the order of saying.
WITHHELD: Mapping[str, str] = {
    "runs": message("Runs and their load: the runner does not share this."),
    "check_ins": message("Check-ins, answers, scores and plan: the runner does not share this."),
    "video": message("Gait from video: the runner does not share this."),
    "notes": message("Notes and examinations: the runner does not share this."),
}
#: A plan's doses follow from runs and from check-ins: without both it is not shown.
PLAN_RESTS_ON = frozenset({"runs", "check_ins"})
