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

/** Median of each phase by kind and arm. */
export function eventPhaseTable(summary: Summary, { phases }: Benchmark): Table {
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

/** Events as the target and the introspector counted them. */
export function eventCountTable(summary: Summary): Table {
  const rows = (summary.events ?? []).map((entry) => {
    const perEvent = (value: number | null) =>
      value === null ? 'not seen' : formatNumber(value / entry.events, 3);
    return [
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
      ].map((value) => formatNumber(value)),
      ...[entry.notifications, entry.waits, entry.hypercalls, entry.syscalls].map(perEvent),
    ];
  });
  return {
    id: 'event-counts',
    title: 'Events, counted on both sides',
    caption:
      'Executed: by the target, by its own count, from the first event that was handled to the last. Events: numbered by the target and handled by the introspector in that order. Extra: made by the target’s kernel by itself, and answered too. Lost: executed and never seen. Errors: events whose outcome was wrong for the target. The last four columns are means of an event. “Not seen”: Dom0’s kernel makes its hypercalls out of sight of the process.',
    columns: [
      left('kind'),
      left('arm'),
      ...['executed', 'events', 'extra', 'requests', 'responses', 'lost', 'errors'].map(right),
      ...['notifications', 'waits', 'hypercalls', 'system calls'].map(right),
    ],
    rows,
  };
}

/** What must be known before a figure about events is believed. */
export const EVENT_RIGHTS_NOTE =
  'An introspector that listens to events needs the right to write to the whole of its target: Xen knows no narrower right for the ring. Here it has a label of its own; the one that only reads is refused (see “What must be refused”).';
