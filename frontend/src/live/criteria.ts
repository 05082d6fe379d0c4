/** Criteria of the evidence, asked as evidence/rules.py asks them: what is not known is neither yes nor no. */

export interface Criterion {
  metric: string;
  op: "<" | "<=" | "==" | ">=" | ">";
  value: number;
}

export type Measured = Record<string, number | null>;

const COMPARE: Record<Criterion["op"], (one: number, other: number) => boolean> = {
  "<": (one, other) => one < other,
  "<=": (one, other) => one <= other,
  "==": (one, other) => one === other,
  ">=": (one, other) => one >= other,
  ">": (one, other) => one > other,
};

function holds({ metric, op, value }: Criterion, measured: Measured): boolean | null {
  const known = measured[metric];
  return known === null || known === undefined ? null : COMPARE[op](known, value);
}

export function anyHolds(criteria: Criterion[], measured: Measured): boolean | null {
  const results = criteria.map((one) => holds(one, measured));
  return results.includes(true) ? true : results.includes(null) ? null : false;
}

export function allHold(criteria: Criterion[], measured: Measured): boolean | null {
  const results = criteria.map((one) => holds(one, measured));
  return results.includes(false) ? false : results.includes(null) ? null : true;
}
