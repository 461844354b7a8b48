/**
 * What is shown of events of a guest that is not ours: the introspectors' own part, how often the guest
 * makes them, and what was counted on the one side that counts.
 */
import type { Benchmark } from '../../bench/benchmark.ts';
import { EVENT_KINDS } from '../../bench/events/index.ts';
import { GUEST_KIND_MEANINGS } from '../../bench/guest-events/index.ts';
import { ARM_LABELS } from '../../bench/words.ts';
import type { Manifest, Summary } from '../../results/types.ts';
import { MEAN_COSTS, meanCosts } from './events.ts';
import { figuresOf } from './figures.ts';
import { formatNumber } from './format.ts';
import { distributionTable, findMeasure, left, right, stateTable, unitOf } from './measures.ts';
import type { Presenter } from './presenters.ts';
import type { Table } from './types.ts';

/** What a reader has to know before any figure of it. */
export const GUEST_EVENTS_NOTE =
  'The events were those of a guest that is not ours and that nobody prepared. The round trip as the guest sees it, and what a monitor adds to it, are unknown; what is given is the introspectors’ own part, by their own clock, and how often the guest made the event. It is no measure of the benchmark events, and is not compared with it. To listen, an introspector has the right to write to all of the guest’s memory, since Xen knows no narrower one for the ring; it writes to the page of the ring alone.';

/** The events of a guest that each arm listened to, per kind. */
export function guestCountTable(summary: Summary): Table {
  const rows = (summary.events ?? [])
    .filter(({ benchmark }) => benchmark === 'guest-events')
    .map((entry) => [
      entry.state,
      ARM_LABELS[entry.arm],
      ...[
        entry.asked,
        entry.events,
        entry.requests - entry.events,
        entry.requests,
        entry.responses,
      ].map((value) => formatNumber(value)),
      ...meanCosts(entry, entry.requests),
    ]);
  return {
    id: 'guest-event-counts',
    title: 'Events of the guest, as the introspector counted them',
    caption:
      'Asked: the most that were wanted; a batch ends when its time is over. Measured: events in batches. Besides: those that came as a batch ended, and were answered too. How many the guest executed is not known. The last four columns are means of a request. “Not seen”: Dom0’s kernel makes its hypercalls out of sight of the process.',
    columns: [
      left('kind'),
      left('arm'),
      ...['asked', 'measured', 'besides', 'requests', 'responses'].map(right),
      ...MEAN_COSTS,
    ],
    rows,
  };
}

/** Ticks a second of the arms' clock, when it is known and the same for all. */
function frequencyOf({ clocks }: Manifest): number | undefined {
  const rates = new Set(clocks.map(({ frequency }) => Number(frequency.toPrecision(3))));
  const [rate] = rates;
  return rates.size === 1 && rate !== undefined && rate > 0 ? rate : undefined;
}

/** How often the guest made each event, while it was listened to. */
function rateTable(summary: Summary, manifest: Manifest, benchmark: Benchmark): Table {
  const frequency = summary.testbed.tickUnit === 'ticks' ? frequencyOf(manifest) : undefined;
  const rows = summary.states.flatMap((state) =>
    summary.arms.flatMap((arm) => {
      const apart = findMeasure(summary, arm, state, 'apart');
      const sustained = findMeasure(summary, arm, state, 'sustained');
      if (sustained === undefined) return [];
      const rate =
        frequency === undefined
          ? [formatNumber(1e6 / sustained.p50, 2)]
          : [formatNumber(1e6 / sustained.p50, 2), formatNumber(frequency / sustained.p50, 1)];
      const gaps =
        apart === undefined
          ? ['–', '–', '–']
          : [apart.min, apart.p50, apart.p99].map((value) => formatNumber(value));
      return [[state, ARM_LABELS[arm], ...gaps, formatNumber(sustained.p50), ...rate]];
    }),
  );
  const meaning = (name: string) => benchmark.phases.find((phase) => phase.name === name)?.meaning;
  return {
    id: 'guest-event-rates',
    title: 'How often the guest makes them',
    caption: `In ${unitOf(summary)}. Apart: ${meaning('apart')}. For each event: ${meaning('sustained')}; the median of the jobs. The guest’s own load decides these more than the arm.`,
    columns: [
      left('kind'),
      left('arm'),
      ...['apart, least', 'median', 'p99', 'for each event'].map(right),
      right(`events in a million ${unitOf(summary)}`),
      ...(frequency === undefined ? [] : [right('events a second')]),
    ],
    rows,
  };
}

/** Figures and tables. States that were not measured are in none of them. */
export const presentGuestEvents: Presenter = (part, benchmark, { manifest }) => {
  const measured = {
    ...part,
    states: part.states.filter((state) => part.measures.some((measure) => measure.state === state)),
  };
  return {
    figures: figuresOf(benchmark, measured),
    tables: [
      {
        ...stateTable(measured, benchmark, 'guest-kinds-meaning'),
        rows: EVENT_KINDS.filter((kind) => measured.states.includes(kind)).map((kind) => [
          kind,
          GUEST_KIND_MEANINGS[kind],
        ]),
      },
      {
        ...distributionTable(measured, benchmark, 'guest-event-distribution'),
        caption: `The introspector’s own part of an event in ${unitOf(measured)}. Nothing is dropped. n: events in batches. MAD: median absolute deviation, from tinybench.`,
      },
      rateTable(measured, manifest, benchmark),
      guestCountTable(measured),
    ],
  };
};
