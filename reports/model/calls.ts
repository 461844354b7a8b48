/**
 * The calls that an arm can make, beside those that it makes while pages are read.
 */
import {
  hypercallPhase,
  MADE,
  madePhase,
  subcallPhase,
  systemCallPhase,
} from '../../bench/anatomy/index.ts';
import { ARM_LABELS, type Arm } from '../../bench/words.ts';
import type { Result, Summary } from '../../results/types.ts';
import { formatNumber } from './format.ts';
import { findMeasure, left, right } from './measures.ts';
import type { Table } from './types.ts';

const LABELS = { hypercalls: 'hypercalls', 'system-calls': 'system calls' } as const;

/** Beginnings of the phases that have the calls' names. */
const BEGINNINGS = {
  hypercalls: [hypercallPhase(''), subcallPhase('')],
  'system-calls': [systemCallPhase('')],
} as const;

function namesOf({ measures }: Summary, arm: Arm, what: (typeof MADE)[number]): string[] {
  const names = measures.flatMap((measure) =>
    measure.benchmark === 'anatomy' && measure.arm === arm
      ? BEGINNINGS[what]
          .filter((beginning) => measure.phase.startsWith(beginning))
          .map((beginning) => measure.phase.slice(beginning.length))
      : [],
  );
  return [...new Set(names)].sort();
}

/** What each arm can call and does call, where the run has an anatomy that recorded it. */
export function callsByName({ summary }: Result): Table | undefined {
  const counts = summary.measures.filter(({ phase }) => MADE.some((it) => phase === madePhase(it)));
  const states = summary.states.filter((state) => counts.some((count) => count.state === state));
  if (states.length === 0) return undefined;
  const cell = (value: number | undefined) => (value === undefined ? '–' : formatNumber(value));
  return {
    id: 'calls-by-name',
    title: 'Calls that can be made, and those that are made',
    caption:
      'Different ones in a batch of each cache state, recorded by anatomy in this run: hypercalls by Xen’s own trace, those within multicalls too; system calls by the trace of Dom0’s Linux. Hypercalls of Dom0 are all that its kernel makes meanwhile, for whomever.',
    columns: [
      left('calls'),
      left('arm'),
      right('can be made'),
      ...states.map((state) => right(state)),
      left('by name, in any of them'),
    ],
    rows: MADE.flatMap((what) =>
      summary.arms.flatMap((arm) => {
        const can = findMeasure(summary, arm, what, 'total')?.p50;
        const made = states.map((state) => findMeasure(summary, arm, state, madePhase(what))?.p50);
        if (can === undefined && made.every((value) => value === undefined)) return [];
        return [
          [
            LABELS[what],
            ARM_LABELS[arm],
            ...[can, ...made].map(cell),
            namesOf(summary, arm, what).join(', ') || '–',
          ],
        ];
      }),
    ),
  };
}
