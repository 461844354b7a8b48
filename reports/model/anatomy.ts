/**
 * Where the instructions of a page go: what each part took in the timed batches, who executed it, and
 * by what a page entered Xen.
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
import { pageWalk } from '../../bench/page-walk/index.ts';
import { ARM_LABELS, type Arm, type State } from '../../bench/words.ts';
import type { Summary } from '../../results/types.ts';
import { formatNumber, UNIT_NAMES } from './format.ts';
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

/** The measures of page-walk in the same result. */
function timedPart(summary: Summary): Summary {
  return {
    ...summary,
    measures: summary.measures.filter(({ benchmark }) => benchmark === pageWalk.id),
  };
}

/** What is stacked: the parts of a bar by phase. */
interface Stack {
  id: string;
  title: string;
  caption: string;
  axis: string;
  parts: { label: string; phase: string }[];
}

interface PlacedBar extends StackedBar {
  arm: Arm;
  state: State;
}

function barsOf(part: Summary, { parts }: Stack): PlacedBar[] {
  return part.states.flatMap((state) =>
    part.arms.flatMap((arm): PlacedBar[] => {
      const values = parts.map(({ phase }) => found(part, arm, state, phase) ?? null);
      const whole = values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
      if (whole === 0) return [];
      const category = `${ARM_LABELS[arm]}, ${state}`;
      return [{ arm, state, category, values, label: formatNumber(whole) }];
    }),
  );
}

/** Bars of a state are read against each other; cold ones would dwarf the others. */
function panelsOf(bars: readonly PlacedBar[], { axis, parts, title }: Stack): StackedPanel[] {
  const cold = bars.filter(({ state }) => state === 'cold');
  const others = bars.filter(({ state }) => state !== 'cold');
  return [cold, others].flatMap((group): StackedPanel[] =>
    group.length === 0
      ? []
      : [
          {
            kind: 'stacked-parts',
            title: [...new Set(group.map(({ state }) => state))].join(', '),
            subtitle: title,
            axis,
            parts: parts.map(({ label }) => ({ label })),
            bars: group.map(({ category, values, label }) => ({ category, values, label })),
          },
        ],
  );
}

function stackTable(bars: readonly PlacedBar[], { id, title, axis, parts }: Stack): Table {
  return {
    id: `${id}-table`,
    title: `Values of the figure: ${title}`,
    caption: `What the bars show, in ${axis}.`,
    columns: [
      left('state'),
      left('arm'),
      ...parts.map(({ label }) => right(label)),
      right('whole bar'),
    ],
    rows: bars.map(({ arm, state, values, label }) => [
      state,
      ARM_LABELS[arm],
      ...values.map((value) => text(value ?? undefined)),
      label,
    ]),
  };
}

function stacked(part: Summary, stack: Stack): Figure[] {
  const bars = barsOf(part, stack);
  if (bars.length === 0) return [];
  const { id, title, caption, axis, parts } = stack;
  const described = bars.map(({ category, values, label }) => {
    const each = parts.map(({ label: name }, i) => `${name} ${text(values[i] ?? undefined)}`);
    return `${category}: ${label} (${each.join(', ')})`;
  });
  return [
    {
      id,
      caption,
      chart: {
        id,
        title,
        panels: panelsOf(bars, stack),
        legend: [],
        alternative: `Stacked bars, ${axis}. ${described.join('; ')}.`,
      },
      table: stackTable(bars, stack),
    },
  ];
}

/**
 * What each phase took in the timed batches, and who executed the instructions.
 * @param part the summary with anatomy's entries alone
 * @param summary the whole
 */
export function anatomyFigures(part: Summary, summary: Summary): Figure[] {
  const timed = timedPart(summary);
  const unit = UNIT_NAMES[timed.measures[0]?.unit ?? summary.testbed.tickUnit];
  const phases = pageWalk.phases.slice(1);
  return [
    ...stacked(
      { ...timed, states: part.states },
      {
        id: 'anatomy-phases',
        title: 'A page by its phases, as timed',
        caption: `A page by its phases. Medians of the timed batches, in ${unit}; what opening and closing a batch took is shared equally over its pages, in map and unmap. The median of the sum need not be the sum of the medians.`,
        axis: `${unit} a page`,
        parts: phases.map(({ name }) => ({ label: name, phase: name })),
      },
    ),
    ...stacked(part, {
      id: 'anatomy-places',
      title: 'Who executes the instructions of a page',
      caption: `Who executes the instructions of a page, by the emulator’s log of every instruction. ${PLACES.map((place) => `${PLACE_LABELS[place]}: ${PLACE_MEANINGS[place]}`).join('; ')}.`,
      axis: 'instructions a page',
      parts: PLACES.map((place) => ({
        label: PLACE_LABELS[place],
        phase: phaseOf('total', place),
      })),
    }),
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
export function executedTable(part: Summary): Table {
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
