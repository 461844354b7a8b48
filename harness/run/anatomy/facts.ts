/**
 * What is found of a batch, as observations.
 */
import {
  CLOCK_PHASE,
  hypercallPhase,
  ownPhase,
  PARTS,
  type Part,
  PLACES,
  phaseOf,
} from '../../../bench/anatomy/index.ts';
import type { Arm, CacheState, Unit } from '../../../bench/words.ts';
import type { Batch } from '../../protocol/records.ts';
import type { Observation } from '../observation.ts';
import { TRACED_COUNTS } from './traced.ts';

/** Whom and what an observation is of. */
export interface Subject {
  arm: Arm;
  state: CacheState;
  repeat: number;
}

type Shares = ReadonlyMap<Part, ReadonlyMap<string, number>>;

const HYPERCALL = hypercallPhase('');

function add(shares: Shares, name: string): number {
  return PARTS.reduce((sum, part) => sum + (shares.get(part)?.get(name) ?? 0), 0);
}

/** One count or place: a page's whole, and each part that has any of it. */
function spread(subject: Subject, shares: Shares, name: string, unit: Unit): Observation[] {
  const of = (part: Part | 'total', value: number): Observation => ({
    ...{ ...subject, unit, value, detail: '' },
    phase: phaseOf(part, name),
  });
  const parts = PARTS.map((part) => [part, shares.get(part)?.get(name) ?? 0] as const);
  return [
    of('total', add(shares, name)),
    ...parts.filter(([, value]) => value > 0).map(([part, value]) => of(part, value)),
  ];
}

/** What Xen's trace says of a page. */
export function tracedFacts(subject: Subject, shares: Shares): Observation[] {
  const names = new Set(
    [...shares.values()].flatMap((amounts) =>
      [...amounts.keys()].filter((name) => name.startsWith(HYPERCALL)),
    ),
  );
  return [
    ...TRACED_COUNTS.flatMap((count) => spread(subject, shares, count, 'count')),
    ...[...names].sort().map((phase): Observation => {
      return { ...subject, phase, unit: 'count', value: add(shares, phase), detail: '' };
    }),
  ];
}

/** What the log of executed instructions says of a page. */
export function executedFacts(subject: Subject, shares: Shares): Observation[] {
  const clock = { unit: 'instructions', value: add(shares, 'clock'), detail: '' } as const;
  return [
    ...PLACES.flatMap((place) => spread(subject, shares, place, 'instructions')),
    ...(subject.arm === 'dom0' ? spread(subject, shares, 'system-calls', 'count') : []),
    { ...subject, phase: CLOCK_PHASE, ...clock },
  ];
}

/** What the introspector counted itself; what it cannot see is left out. */
export function ownFacts(subject: Subject, batch: Batch): Observation[] {
  const counts = [
    ['hypercalls', batch.hypercalls],
    ['system-calls', subject.arm === 'dom0' ? batch.syscalls : undefined],
    ['maps', batch.maps],
    ['hits', batch.hits],
  ] as const;
  return counts.flatMap(([count, value]): Observation[] =>
    value === undefined
      ? []
      : [
          {
            ...{ ...subject, unit: 'count', detail: '' },
            ...{ phase: ownPhase(count), value: value / batch.pages },
          },
        ],
  );
}
