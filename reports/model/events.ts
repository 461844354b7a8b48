/**
 * Tables of events: what each part of a round trip took, and what was counted on both sides.
 */
import type { Benchmark } from '../../bench/benchmark.ts';
import { ARM_LABELS } from '../../bench/words.ts';
import type { Summary } from '../../results/types.ts';
import { formatNumber } from './format.ts';
import { findMeasure, unitOf } from './measures.ts';
import type { Column, Table } from './types.ts';

const left = (label: string): Column => ({ label, align: 'left' });
const right = (label: string): Column => ({ label, align: 'right' });

/** Median of each phase by kind and arm, those of other vcpus left out. */
export function eventPhaseTable(summary: Summary, benchmark: Benchmark): Table {
  const phases = benchmark.phases.filter(({ name }) => !name.startsWith('others'));
  const rows = summary.states.flatMap((state) =>
    summary.arms.flatMap((arm) => {
      const cells = phases.map(({ name }) => {
        const measure = findMeasure(summary, arm, state, name);
        return measure === undefined ? '–' : formatNumber(measure.p50);
      });
      return cells.every((cell) => cell === '–') ? [] : [[state, ARM_LABELS[arm], ...cells]];
    }),
  );
  return {
    id: 'event-phases',
    title: 'Parts of an event',
    caption: `Medians in ${unitOf(summary)}. ${phases
      .map(({ name, meaning }) => `${name}: ${meaning}`)
      .join('; ')}.`,
    columns: [left('kind'), left('arm'), ...phases.map(({ name }) => right(name))],
    rows,
  };
}

/** Change from one number to another, in per cent with its sign. */
function change(from: number, to: number): string {
  const percent = (to / from - 1) * 100;
  return `${percent < 0 ? '−' : '+'}${Math.abs(percent).toFixed(2)} %`;
}

/** What vcpus lose that make no events, where a run has such. */
export function othersTable(summary: Summary): Table[] {
  const rows = summary.states.flatMap((state) =>
    summary.arms.flatMap((arm) => {
      const alone = findMeasure(summary, arm, state, 'others-unmonitored');
      const others = findMeasure(summary, arm, state, 'others');
      if (alone === undefined || others === undefined) return [];
      return [
        [
          state,
          ARM_LABELS[arm],
          ...[others.n, alone.p50, others.p50].map((value) => formatNumber(value)),
          change(alone.p50, others.p50),
          ...[alone.mean, others.mean].map((value) => formatNumber(value)),
          change(alone.mean, others.mean),
        ],
      ];
    }),
  );
  if (rows.length === 0) return [];
  return [
    {
      id: 'event-others',
      title: 'What the other vcpus lose',
      caption: `A unit of work (a fixed computation without any event) of the vcpus that compute while one makes events in a burst, in ${unitOf(summary)}. “Alone”: nobody listens to those events. A unit that takes longer has lost processor time to the introspector and Xen; the means say what is lost in all. A vcpu that waits for an answer leaves its own time to others: where vcpus outnumber the host’s processors, they may gain.`,
      columns: [
        left('state'),
        left('arm'),
        ...['units', 'alone, median', 'listened, median', 'change'].map(right),
        ...['alone, mean', 'listened, mean', 'change'].map(right),
      ],
      rows,
    },
  ];
}

/** Largest change from a long run's beginning to its end that counts as none, in parts. */
export const STEADY_WITHIN = 0.01;

/** Whether a long run's end is like its beginning, where a run is long enough to tell. */
export function steadinessTable(summary: Summary): Table[] {
  const rows = summary.states.flatMap((state) =>
    summary.arms.flatMap((arm) => {
      const first = findMeasure(summary, arm, state, 'first-tenth');
      const last = findMeasure(summary, arm, state, 'last-tenth');
      if (first === undefined || last === undefined) return [];
      const steady = Math.abs(last.p50 / first.p50 - 1) <= STEADY_WITHIN;
      return [
        [
          state,
          ARM_LABELS[arm],
          ...[first.n, first.p50, last.p50].map((value) => formatNumber(value)),
          change(first.p50, last.p50),
          steady ? 'steady' : 'drifts',
        ],
      ];
    }),
  );
  if (rows.length === 0) return [];
  return [
    {
      id: 'event-steadiness',
      title: 'From the beginning to the end',
      caption: `Median round trip of the first and of the last tenth of all events, in ${unitOf(summary)}, where there are 10,000 or more. Steady: at most ${STEADY_WITHIN * 100} % apart.`,
      columns: [
        left('state'),
        left('arm'),
        ...['events a tenth', 'first', 'last', 'change'].map(right),
        left('verdict'),
      ],
      rows,
    },
  ];
}

/** Heads of the columns of `meanCosts`. */
export const MEAN_COSTS = ['notifications', 'waits', 'hypercalls', 'system calls'].map(right);

/** What an introspector did for its events, as means of so many of them. */
export function meanCosts(
  { notifications, waits, hypercalls, syscalls }: NonNullable<Summary['events']>[number],
  of: number,
): string[] {
  return [notifications, waits, hypercalls, syscalls].map((value) =>
    value === null ? 'not seen' : formatNumber(value / of, 3),
  );
}

/** Events as the target and the introspector counted them. */
export function eventCountTable(summary: Summary): Table {
  const own = (summary.events ?? []).filter(({ benchmark }) => benchmark === 'events');
  const rows = own.map((entry) => [
    entry.state,
    ARM_LABELS[entry.arm],
    ...[
      entry.executed,
      entry.events,
      entry.extra,
      entry.requests,
      entry.responses,
      entry.lost,
      entry.errors,
    ].map((value) => (value === null ? 'unknown' : formatNumber(value))),
    ...meanCosts(entry, entry.events),
  ]);
  return {
    id: 'event-counts',
    title: 'Events, counted on both sides',
    caption:
      'Executed: by the target, by its own count, from the first event that was handled to the last. Events: numbered by the target and handled by the introspector in that order. Extra: made by the target’s kernel by itself, and answered too. Lost: executed and never seen. Errors: events whose outcome was wrong for the target. The last four columns are means of an event. “Not seen”: Dom0’s kernel makes its hypercalls out of sight of the process.',
    columns: [
      left('kind'),
      left('arm'),
      ...['executed', 'events', 'extra', 'requests', 'responses', 'lost', 'errors'].map(right),
      ...MEAN_COSTS,
    ],
    rows,
  };
}

/** What must be known before a figure about events is believed. */
export const EVENT_RIGHTS_NOTE =
  'An introspector that listens to events needs the right to write to the whole of its target: Xen knows no narrower right for the ring. Here it has a label of its own; the one that only reads is refused (see “What must be refused”).';
