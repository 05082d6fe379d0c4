/** What the timer goes through: an exercise as its phases, a run as its steps. */

export interface Exercise {
  name: string;
  sets: number;
  sides: number;
  reps: number | null;
  /** Seconds down, hold, up. */
  tempo: [number, number, number] | null;
  hold: number | null;
  rest: number | null;
}

export interface Run {
  name: string;
  steps: { words: string; seconds: number; note: string }[];
}

export type Program = Exercise | Run;

export interface Segment {
  /** Name of its word, or the word itself. */
  words: string;
  /** `null`: it ends when the runner says so. */
  seconds: number | null;
  set?: number;
  side?: number;
  rep?: number;
  step?: number;
  note?: string;
}

const READY_S = 5;

/** Everything that follows in time, from getting ready to the last repetition. */
export function segments(program: Program): Segment[] {
  const ready: Segment = { words: "ready", seconds: READY_S };
  if ("steps" in program) {
    const steps = program.steps.map((one, at) => ({
      words: one.words,
      seconds: one.seconds,
      step: at + 1,
      ...(one.note ? { note: one.note } : {}),
    }));
    return [ready, ...steps];
  }
  const found: Segment[] = [ready];
  for (let set = 1; set <= program.sets; set += 1) {
    for (let side = 1; side <= program.sides; side += 1) {
      if (side > 1) found.push({ words: "switch", seconds: READY_S, set });
      found.push(...bout(program, set, side));
    }
    if (set < program.sets && program.rest) found.push({ words: "rest", seconds: program.rest, set });
  }
  return found;
}

function bout(program: Exercise, set: number, side: number): Segment[] {
  const where = program.sides > 1 ? { set, side } : { set };
  if (program.reps === null) {
    return [program.hold ? { words: "hold", seconds: program.hold, ...where } : { words: "do", seconds: null, ...where }];
  }
  const { tempo } = program;
  if (!tempo || !tempo.some(Boolean)) return [{ words: "do", seconds: null, ...where }];
  const found: Segment[] = [];
  for (let rep = 1; rep <= program.reps; rep += 1) {
    (["down", "hold", "up"] as const).forEach((words, at) => {
      const seconds = tempo[at] ?? 0;
      if (seconds > 0) found.push({ words, seconds, rep, ...where });
    });
  }
  return found;
}

/** Where a timer stands: the segment, and the seconds left of it. */
export interface Position {
  index: number;
  left: number | null;
}

/** Move on by some seconds, over as many segments as they last: a locked screen may hide a minute at once. */
export function after(all: Segment[], position: Position, seconds: number): Position {
  let { index, left } = position;
  let rest = seconds;
  while (index < all.length && left !== null && rest >= left) {
    rest -= left;
    index += 1;
    left = all[index]?.seconds ?? null;
  }
  return { index, left: left === null ? null : left - rest };
}
