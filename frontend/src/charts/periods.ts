/** The whole history as `/api/load?by=day` gives it, made ready to be drawn. */

export type By = "day" | "week" | "month";
type Column = (number | null)[];

export interface Columns {
  local_date: string[];
  knee_km: Column;
  low: Column;
  high: Column;
  distance_m: Column;
  coverage: Column;
  runs: number[];
}

export interface Days extends Columns {
  longest_30d_knee_km: Column;
  activity_ids: string[][];
}

export interface LoadDocument {
  days: Days;
  weeks: Columns;
  months: Columns;
  spikes: { local_date: string }[];
  pain: Record<"local_date" | "colour", (string | null)[]> &
    Record<"before" | "during" | "after_60min" | "next_morning" | "stairs", Column>;
}

/** Consecutive periods. `end` is where the next one begins, seconds of midnight in UTC. */
export interface Periods {
  by: By;
  start: number[];
  end: number[];
  cost: Column;
  low: Column;
  high: Column;
  length: Column;
  runs: number[];
  longest: Column | null;
  spiked: Set<number>;
  pain: (number | null)[];
}

export interface PainDays {
  day: number[];
  worst: number[];
  colour: (string | null)[];
}

export const DAY_S = 86400;

export function second(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / 1000;
}

/** Return the worst pain of each day on which something was told. */
export function painDays(document: LoadDocument): PainDays {
  const { pain } = document;
  const found: PainDays = { day: [], worst: [], colour: [] };
  pain.local_date.forEach((day, at) => {
    const told = [pain.before, pain.during, pain.after_60min, pain.next_morning, pain.stairs]
      .map((moment) => moment[at])
      .filter((value): value is number => value !== null && value !== undefined);
    if (!told.length || day === null) return;
    found.day.push(second(day));
    found.worst.push(Math.max(...told));
    found.colour.push(pain.colour[at] ?? null);
  });
  return found;
}

/** Return the place of the last start that is not after a time; -1 before the first. */
export function placeOf(start: number[], time: number): number {
  let low = 0;
  let high = start.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((start[middle] ?? 0) <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Return the periods of one length in the reader's units. */
export function periods(document: LoadDocument, by: By, scale: number, metres: number): Periods {
  const columns = by === "day" ? document.days : by === "week" ? document.weeks : document.months;
  const start = columns.local_date.map(second);
  const last = new Date((start.at(-1) ?? 0) * 1000);
  const after =
    by === "month"
      ? Date.UTC(last.getUTCFullYear(), last.getUTCMonth() + 1, 1) / 1000
      : (start.at(-1) ?? 0) + (by === "week" ? 7 : 1) * DAY_S;
  const scaled = (column: Column, by: number): Column => column.map((value) => (value === null ? null : value / by));
  const pain: (number | null)[] = new Array<null>(start.length).fill(null);
  const told = painDays(document);
  told.day.forEach((day, at) => {
    const place = placeOf(start, day);
    if (place >= 0 && day < after) pain[place] = Math.max(pain[place] ?? 0, told.worst[at] ?? 0);
  });
  return {
    by,
    start,
    end: [...start.slice(1), after],
    cost: scaled(columns.knee_km, scale),
    low: scaled(columns.low, scale),
    high: scaled(columns.high, scale),
    length: scaled(columns.distance_m, metres),
    runs: columns.runs,
    longest: by === "day" ? scaled(document.days.longest_30d_knee_km, scale) : null,
    spiked: new Set(document.spikes.map((spike) => placeOf(start, second(spike.local_date)))),
    pain,
  };
}

/** Return where a period leads: to its only run, or to the list of its runs; nowhere without a run. */
export function addressOf(document: LoadDocument, chosen: Periods, at: number): string {
  const count = chosen.runs[at] ?? 0;
  if (!count) return "";
  const days = document.days;
  const first = second(days.local_date[0] ?? "");
  const from = Math.round(((chosen.start[at] ?? 0) - first) / DAY_S);
  const until = Math.round(((chosen.end[at] ?? 0) - first) / DAY_S);
  const ids = days.activity_ids.slice(Math.max(from, 0), until).flat();
  if (ids.length === 1) return `/runs/${ids[0]}`;
  const written = (time: number): string => new Date(time * 1000).toISOString().slice(0, 10);
  return `/runs?since=${written(chosen.start[at] ?? 0)}&until=${written((chosen.end[at] ?? 0) - DAY_S)}`;
}
