/**
 * Where the instructions of a page go: who executes each part of it, and by what it enters Xen.
 */
import {
  CLOCK_PHASE,
  type Count,
  hypercallPhase,
  ownPhase,
  PARTS,
  type Part,
  PLACE_MEANINGS,
  PLACES,
  type Place,
  phaseOf,
} from '../../bench/anatomy/index.ts';
import { ARM_LABELS, type Arm, type State } from '../../bench/words.ts';
import type { Summary } from '../../results/types.ts';
import { formatNumber } from './format.ts';
import { findMeasure, left, right } from './measures.ts';
import type { Figure, StackedBar, StackedPanel, Table } from './types.ts';

const PLACE_LABELS: Readonly<Record<Place, string>> = {
  xen: 'Xen',
  kernel: 'kernel',
  program: 'program',
};

/** A median of a part of a summary, where there is one. */
function found(part: Summary, arm: Arm, state: State, phase: string): number | undefined {
  return findMeasure(part, arm, state, phase)?.p50;
}

function text(value: number | undefined): string {
  return value === undefined ? '–' : formatNumber(value, 2);
}

const KERNEL_AND_XEN = ['xen', 'kernel'] as const;

/** What the figure sets apart: each is the sum of some phases. */
const STACKED: readonly { label: string; phases: readonly string[] }[] = [
  ...(['walk', 'map'] as const).flatMap((part) =>
    KERNEL_AND_XEN.map((place) => ({
      label: `${part}: ${PLACE_LABELS[place]}`,
      phases: [phaseOf(part, place)],
    })),
  ),
  ...KERNEL_AND_XEN.map((place) => ({
    label: `open and close: ${PLACE_LABELS[place]}`,
    phases: [phaseOf('open', place), phaseOf('close', place)],
  })),
  { label: 'copy', phases: PLACES.map((place) => phaseOf('copy', place)) },
  {
    label: 'program, besides',
    phases: PARTS.filter((part) => part !== 'copy').map((part) => phaseOf(part, 'program')),
  },
];

function barOf(part: Summary, arm: Arm, state: State): StackedBar[] {
  const values = STACKED.map(({ phases }) =>
    phases.reduce((sum, phase) => sum + (found(part, arm, state, phase) ?? 0), 0),
  );
  const whole = values.reduce((sum, value) => sum + value, 0);
  return whole === 0 ? [] : [{ category: ARM_LABELS[arm], values, label: formatNumber(whole) }];
}

/** Who executes the parts of a page: stacked, a panel a state. Nothing where nobody noted it. */
export function anatomyFigures(part: Summary): Figure[] {
  const panels = part.states.flatMap((state): StackedPanel[] => {
    const bars = part.arms.flatMap((arm) => barOf(part, arm, state));
    if (bars.length === 0) return [];
    return [
      {
        kind: 'stacked-parts',
        title: state,
        subtitle: 'every instruction, by who executed it',
        axis: 'instructions a page',
        parts: STACKED.map(({ label }) => ({ label })),
        bars,
      },
    ];
  });
  if (panels.length === 0) return [];
  const title = 'Who executes the instructions of a page';
  const described = panels.flatMap((panel) =>
    panel.bars.map(({ category, values, label }) => {
      const each = STACKED.map((one, i) => `${one.label} ${formatNumber(values[i] ?? 0)}`);
      return `${panel.title}, ${category}: ${label} (${each.join(', ')})`;
    }),
  );
  return [
    {
      id: 'anatomy',
      caption: `By the emulator’s log of every instruction, a panel a state, each with its own axis. ${PLACES.map((place) => `${PLACE_LABELS[place]}: ${PLACE_MEANINGS[place]}`).join('; ')}.`,
      chart: {
        id: 'anatomy',
        title,
        panels,
        legend: [],
        alternative: `Stacked bars, instructions a page. ${described.join('; ')}.`,
      },
      table: executedTable(part),
    },
  ];
}

function executedRow(part: Summary, arm: Arm, state: State, of: Part | 'total'): string[][] {
  const values = PLACES.map((place) => found(part, arm, state, phaseOf(of, place)));
  if (values.every((value) => value === undefined)) return [];
  const sum = values.reduce<number>((total, value) => total + (value ?? 0), 0);
  const clock = of === 'total' ? found(part, arm, state, CLOCK_PHASE) : undefined;
  return [
    [
      state,
      ARM_LABELS[arm],
      of,
      ...values.map((value) => formatNumber(value ?? 0)),
      formatNumber(sum),
      clock === undefined ? '' : formatNumber(clock),
    ],
  ];
}

/** Each part of a page by who executed it, held against the clock. */
function executedTable(part: Summary): Table {
  return {
    id: 'anatomy-executed',
    title: 'Instructions of a page, by who executed them',
    caption:
      'The emulator noted every instruction of a batch after the timed ones, cut at the very readings of the clock that the introspector makes. Of walk, map and copy the median over pages, of open and close a page’s share of the batch. By the clock: the same pages as the introspector timed them; the log counts blocks that a fault ends early whole, so the two differ by some instructions in a thousand.',
    columns: [
      left('state'),
      left('arm'),
      left('part'),
      ...PLACES.map((place) => right(PLACE_LABELS[place])),
      right('sum'),
      right('by the clock'),
    ],
    rows: part.states.flatMap((state) =>
      part.arms.flatMap((arm) =>
        [...PARTS, 'total' as const].flatMap((of) => executedRow(part, arm, state, of)),
      ),
    ),
  };
}

const ENTRIES: readonly { label: string; count: Count }[] = [
  { label: 'hypercalls', count: 'hypercalls' },
  { label: 'calls in multicalls', count: 'subcalls' },
  { label: 'begun anew', count: 'restarts' },
  { label: 'page-table writes', count: 'page-table-writes' },
  { label: 'page faults', count: 'page-faults' },
  { label: 'other traps', count: 'traps' },
  { label: 'switches', count: 'switches' },
  { label: 'system calls', count: 'system-calls' },
];

const HYPERCALL = hypercallPhase('');

function namedCalls(part: Summary, arm: Arm, state: State): string {
  return part.measures
    .filter((m) => m.arm === arm && m.state === state && m.phase.startsWith(HYPERCALL))
    .filter(({ p50 }) => p50 > 0)
    .sort((a, b) => b.p50 - a.p50)
    .map(({ phase, p50 }) => `${phase.slice(HYPERCALL.length)} ${text(p50)}`)
    .join(', ');
}

/** How often a page enters Xen, by Xen's own trace, and what the introspector counted itself. */
export function entryTable(part: Summary): Table {
  return {
    id: 'anatomy-entries',
    title: 'How a page enters Xen',
    caption:
      'Of a page, by Xen’s own trace of batches after the timed ones; system calls by the emulator’s log. Begun anew: hypercalls, or calls in multicalls, that Xen preempted and then began anew, each time recorded as one more hypercall. Page-table writes: of the domain to its own page tables, which Xen emulates. Counted itself: hypercalls and system calls as the introspector counts them; Dom0’s kernel makes its hypercalls out of sight of the process. A warning tells where the two differ.',
    columns: [
      left('state'),
      left('arm'),
      ...ENTRIES.map(({ label }) => right(label)),
      right('hypercalls, counted itself'),
      right('system calls, counted itself'),
      left('hypercalls by name'),
    ],
    rows: part.states.flatMap((state) =>
      part.arms.flatMap((arm) => {
        const cells = ENTRIES.map(({ count }) => {
          return text(found(part, arm, state, phaseOf('total', count)));
        });
        if (cells.every((cell) => cell === '–')) return [];
        const own = (['hypercalls', 'system-calls'] as const).map((count) =>
          text(found(part, arm, state, ownPhase(count))),
        );
        return [[state, ARM_LABELS[arm], ...cells, ...own, namedCalls(part, arm, state)]];
      }),
    ),
  };
}
