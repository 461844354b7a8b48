/** Whether medians agree however a run was started and spread over machines: arithmetic without runs. */

/** A median of a run. */
export interface Median {
  benchmark: string;
  arm: string;
  state: string;
  phase: string;
  p50: number;
}

/** Medians of one run, and how it was run. */
export interface Variant {
  name: string;
  medians: readonly Median[];
}

/** How far medians of some kind may be apart. */
export interface AgreementRule {
  what: string;
  /** Part of the median; 0: equal to the instruction. */
  most: number;
  covers(median: Median): boolean;
}

/** The largest difference that a rule found, as part of the median. */
export interface Agreement {
  rule: AgreementRule;
  /** Medians that were compared. */
  count: number;
  largest: number;
  /** Whose it is. */
  where: string;
  holds: boolean;
}

/** What a page and an event cost as a whole. */
const WHOLE: Readonly<Record<string, string>> = { 'page-walk': 'total', events: 'added' };

const isWhole = ({ benchmark, phase }: Median) => WHOLE[benchmark] === phase;

/** What must agree. */
export const AGREEMENT_RULES: readonly AgreementRule[] = [
  {
    what: 'Mini-OS, page-walk',
    most: 0,
    covers: (median) =>
      isWhole(median) && median.arm === 'minios' && median.benchmark === 'page-walk',
  },
  {
    what: 'Mini-OS, events',
    most: 0.002,
    covers: (median) => isWhole(median) && median.arm === 'minios' && median.benchmark === 'events',
  },
  {
    what: 'Dom0, page-walk and events',
    most: 0.008,
    covers: (median) => isWhole(median) && median.arm === 'dom0',
  },
];

const keyOf = ({ benchmark, arm, state, phase }: Median) =>
  [benchmark, arm, state, phase].join(' ');

function differenceOf(a: number, b: number, { most }: AgreementRule): number {
  const [one, other] = most === 0 ? [Math.round(a), Math.round(b)] : [a, b];
  return Math.abs(one - other) / a;
}

/**
 * Holds every variant against the first one.
 * @throws Error when a variant lacks a median that the first one has, or there is nothing to compare
 */
export function agreementOf(rule: AgreementRule, variants: readonly Variant[]): Agreement {
  const [first, ...others] = variants;
  const asked = first?.medians.filter(rule.covers) ?? [];
  if (asked.length === 0 || others.length === 0)
    throw new Error(`${rule.what}: nothing to compare`);
  let largest = 0;
  let where = '';
  for (const { name, medians } of others) {
    const known = new Map(medians.map((median) => [keyOf(median), median.p50]));
    for (const median of asked) {
      const other = known.get(keyOf(median));
      if (other === undefined) throw new Error(`${name} has no median of ${keyOf(median)}`);
      const difference = differenceOf(median.p50, other, rule);
      if (difference > largest) {
        largest = difference;
        where = `${name}: ${median.benchmark} ${median.state} of ${median.arm}`;
      }
    }
  }
  return { rule, count: asked.length, largest, where, holds: largest <= rule.most };
}
