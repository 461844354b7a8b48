/** The comparison as Markdown. */
import type { Agreement } from './agreement.ts';
import type { Compared } from './figures.ts';
import type { Row } from './rows.ts';

/** A row with what was measured for it. */
export interface MeasuredRow {
  row: Row;
  compared: Compared;
}

/** Memory of machines together, in bytes. */
export interface Memory {
  bytes: readonly number[];
  /** How many of them were restored from a snapshot; the limit is about all of them. */
  restored: number;
}

/** Memory that three machines may take together, in bytes. */
export const MOST_MEMORY = 2.5e9;
/** A testbed from a snapshot is ready within this on a quiet machine, in seconds. */
export const MOST_READY_SECONDS = 3;

const FIGURES = { wall: 'wall clock', processor: 'processor time' } as const;
const holds = (is: boolean) => (is ? 'yes' : '**no**');
const seconds = (value: number) => `${value < 10 ? value.toFixed(2) : value.toFixed(1)} s`;
const part = (value: number) => value.toFixed(3);
const percent = (value: number) => `${(value * 100).toFixed(3)} %`;

function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map((_, at) => (at === 0 ? '---' : '--:'))), ...rows.map(line)];
}

function rowOf({ row, compared }: MeasuredRow): string[] {
  const { old, now, ratio, rounds } = compared;
  return [
    `${row.what}, ${FIGURES[row.figure]}`,
    seconds(old),
    seconds(now),
    part(ratio),
    rounds.map(part).join(', '),
    row.most.text,
    holds(ratio <= row.most.ratio),
  ];
}

function memoryLine({ bytes, restored }: Memory): string {
  const sum = bytes.reduce((all, one) => all + one, 0);
  const each = bytes.map((one) => (one / 1e9).toFixed(2)).join(' + ');
  const fits = restored === bytes.length && sum <= MOST_MEMORY;
  return `Memory of ${bytes.length} machines together, ${restored} of them restored, with target and Mini-OS domain (PSS): ${(sum / 1e9).toFixed(2)} GB (${each}), at most ${MOST_MEMORY / 1e9} GB: ${holds(fits)}.`;
}

/** The tables of what was measured; each part stands only where it was. */
export function markdown(
  rows: readonly MeasuredRow[],
  memory: Memory | undefined,
  agreements: readonly Agreement[],
): string {
  const lines: string[] = [];
  if (rows.length > 0) {
    lines.push(
      ...table(['what', 'old', 'new', 'ratio', 'each round', 'at most', 'holds'], rows.map(rowOf)),
      '',
    );
  }
  const ready = rows.find(({ row }) => row.now === 'new ready')?.compared.now;
  if (ready !== undefined) {
    lines.push(
      `Ready from a snapshot: ${seconds(ready)}, at most ${MOST_READY_SECONDS} s on a quiet machine: ${holds(ready <= MOST_READY_SECONDS)}.`,
      '',
    );
  }
  if (memory !== undefined) lines.push(memoryLine(memory), '');
  if (agreements.length > 0) {
    lines.push(
      ...table(
        ['medians', 'compared', 'furthest apart', 'where', 'at most', 'holds'],
        agreements.map(({ rule, count, largest, where, holds: is }) => [
          rule.what,
          String(count),
          percent(largest),
          where === '' ? '–' : where,
          rule.most === 0 ? 'equal' : percent(rule.most),
          holds(is),
        ]),
      ),
      '',
    );
  }
  return lines.join('\n');
}
