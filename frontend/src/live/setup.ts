/** What the server tells the page of a live session; made by services/live_setup.py. */

import type { SourceName } from "./cadence_source";
import type { Criterion } from "./criteria";
import type { FadingSettings } from "./fading";
import type { RhythmSettings } from "./rhythm";

export interface Practice {
  id: string;
  title: string;
  times: number;
  run_s: number;
  walk_s: number;
  feedback_share: number;
  baseline_spm: number;
  beat_spm: number;
  low_spm: number;
  high_spm: number;
}

export interface Numbers {
  baseline: { count_s: number; run_min: number; repeats: number; spread: number; low_spm: number; high_spm: number };
  trial: { steps_pct: number[]; step_min: number; most_pct: number };
  rules: Record<"select" | "stop" | "pain_limit" | "too_much", Criterion[]>;
  texts: Record<"select" | "stop" | "pain_limit" | "contraindicated" | "load_shift", string>;
  fading: FadingSettings;
  rhythm: RhythmSettings;
  window_s: number;
  least_filled: number;
  short_by_spm: number;
  longest_gap_s: number;
  disagree_spm: number;
  warm_up_min: number;
  /** The share of the planned running from which a session counts as done. */
  share_done: number;
  accuracy_spm: Record<SourceName, number>;
}

export interface Setup {
  kind: "session" | "trial" | "none";
  day: string;
  /** Zone of the runner's days; the device's own where it is not known. */
  timezone?: string;
  practice: Practice | null;
  usual_pain: number | null;
  numbers: Numbers;
  /** The camera's large files with their sizes in bytes. */
  late: Record<string, number>;
  language: string;
  words: Record<string, string>;
}
