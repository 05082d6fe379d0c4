/** Where the days, months and years of an axis stand, so that their names never touch. */

import { inWords } from "./look";
import { DAY_S } from "./periods";

export interface Tick {
  at: number;
  label: string;
}

const DAYS = [1, 2, 7, 14];
const MONTHS = [1, 2, 3, 6];
const YEARS = [1, 2, 5, 10];
const MONTH_S = 30.4 * DAY_S;
const YEAR_S = 365.25 * DAY_S;
/** 1 January 1970 was a Thursday. */
const FIRST_MONDAY = 4 * DAY_S;

/** Return the ticks between two times, at least `room` pixels apart. */
export function ticks(min: number, max: number, width: number, room: number): Tick[] {
  const fits = (step: number): boolean => (step / (max - min)) * width >= room;
  const day = DAYS.find((count) => fits(count * DAY_S));
  if (day) return ofDays(min, max, day);
  const month = MONTHS.find((count) => fits(count * MONTH_S));
  if (month) return ofMonths(min, max, month);
  return ofMonths(min, max, 12 * (YEARS.find((count) => fits(count * YEAR_S)) ?? 10));
}

function ofDays(min: number, max: number, step: number): Tick[] {
  const found: Tick[] = [];
  const width = step * DAY_S;
  for (let at = FIRST_MONDAY + Math.ceil((min - FIRST_MONDAY) / width) * width; at <= max; at += width)
    found.push({ at, label: inWords(at, "tickDay") });
  return found;
}

function ofMonths(min: number, max: number, step: number): Tick[] {
  const found: Tick[] = [];
  const first = new Date(min * 1000);
  let month = Math.floor((first.getUTCFullYear() * 12 + first.getUTCMonth()) / step) * step;
  for (; ; month += step) {
    const at = Date.UTC(Math.floor(month / 12), month % 12, 1) / 1000;
    if (at > max) return found;
    if (at >= min) found.push({ at, label: inWords(at, month % 12 === 0 ? "tickYear" : "tickMonth") });
  }
}
