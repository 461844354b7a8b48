/**
 * Bytes of what runs under each arm, part by part: text and data of kernel, modules, libraries and
 * program as they are in memory.
 */
import { ARM_LABELS, type Arm } from '../../bench/words.ts';
import type { Summary } from '../../results/types.ts';
import { formatNumber } from './format.ts';
import { findMeasure, left, right } from './measures.ts';
import type { Figure, StackedBar, StackedPanel, Table } from './types.ts';

/**
 * Parts of what is in memory, with the words of the legend. The one that every arm has is the first, so
 * that it has the same colour in every panel.
 */
const PARTS = {
  introspector: 'program; of Mini-OS the whole image',
  kernel: 'kernel',
  modules: 'loaded modules',
  libraries: 'mapped libraries',
} as const;

/** Kinds of bytes. */
const STATES = ['text', 'data'] as const;

/** Units of axes. */
const UNITS = { MiB: 2 ** 20, KiB: 2 ** 10 } as const;

/** Bytes in the unit that they are usually given in. */
function bytesText(bytes: number): string {
  const unit = bytes >= UNITS.MiB ? 'MiB' : 'KiB';
  return bytes === 0 ? '0' : `${formatNumber(bytes / UNITS[unit])} ${unit}`;
}

/** A bar for text and one for data, of each of these arms that has them. */
function barsOf(
  summary: Summary,
  arms: readonly Arm[],
  parts: readonly string[],
  unit: keyof typeof UNITS,
): StackedBar[] {
  return arms.flatMap((arm) =>
    STATES.flatMap((state) => {
      const total = findMeasure(summary, arm, state, 'total');
      if (total === undefined) return [];
      const values = parts.map((part) => {
        const bytes = findMeasure(summary, arm, state, part)?.p50;
        return bytes === undefined ? null : bytes / UNITS[unit];
      });
      const category = `${ARM_LABELS[arm]}, ${state}`;
      return [{ category, values, label: bytesText(total.p50) }];
    }),
  );
}

function panelOf(
  summary: Summary,
  arms: readonly Arm[],
  title: string,
  unit: keyof typeof UNITS,
): StackedPanel[] {
  const parts = Object.keys(PARTS).filter((part) =>
    arms.some((arm) => STATES.some((state) => findMeasure(summary, arm, state, part))),
  ) as (keyof typeof PARTS)[];
  const bars = barsOf(summary, arms, parts, unit);
  if (bars.length === 0) return [];
  return [
    {
      kind: 'stacked-parts',
      title,
      subtitle: 'in memory',
      axis: unit,
      parts: parts.map((part) => ({ label: PARTS[part] })),
      bars,
    },
  ];
}

function figureTable(summary: Summary): Table {
  return {
    id: 'code-bytes-table',
    title: 'Values of the figure: bytes of both arms',
    caption: 'In bytes.',
    columns: [...['arm', 'part'].map(left), ...STATES.map(right)],
    rows: summary.arms.flatMap((arm) =>
      ['total', ...Object.keys(PARTS)].flatMap((part) => {
        const found = STATES.map((state) => findMeasure(summary, arm, state, part)?.p50);
        if (found.every((bytes) => bytes === undefined)) return [];
        const name = part === 'total' ? 'all' : PARTS[part as keyof typeof PARTS];
        const cells = found.map((bytes) => (bytes === undefined ? '–' : formatNumber(bytes)));
        return [[ARM_LABELS[arm], name, ...cells]];
      }),
    ),
  };
}

/**
 * The arms on one axis, so that lengths compare, and Mini-OS again on its own: it is too little to be
 * seen beside Linux. A logarithmic axis would show both, and the parts of a bar as what they are not.
 */
export function bytesFigure(summary: Summary): Figure[] {
  const others = summary.arms.some((arm) => arm !== 'minios');
  const panels = [
    ...(others ? panelOf(summary, summary.arms, 'This run', 'MiB') : []),
    ...panelOf(summary, ['minios'], 'This run: Mini-OS alone', 'KiB'),
  ];
  if (panels.length === 0) return [];
  const said = panels.flatMap(({ title, bars }) =>
    bars.map(({ category, label }) => `${title}, ${category}: ${label}`),
  );
  return [
    {
      id: 'code-bytes',
      caption:
        'Text (machine code and read-only data) and initialised data of what was booted, as it is in memory. Lengths compare within a panel; the panels have different units.',
      chart: {
        id: 'code-bytes',
        title: 'Trusted code in bytes',
        panels,
        legend: [],
        alternative: `Stacked bars of bytes. ${said.join('; ')}.`,
      },
      table: figureTable(summary),
    },
  ];
}
