/**
 * Reads the raw samples of a result back, with the levels that they were taken at.
 */
import { join } from 'node:path';
import type { NestedBatch } from '../../harness/analyse/nested.ts';
import { type LifeStart, placeOf } from '../../harness/analyse/one-boot.ts';
import { csvError, readCsv } from './csv.ts';
import type { Row, SampleTable } from './sample-tables.ts';

/** Samples of an arm in a state, in the phase that its benchmark compares. */
export interface SampledGroup {
  arm: string;
  state: string;
  phase: string;
  batches: readonly NestedBatch[];
  /** What was measured beside them, and whose median was taken off each value. */
  base?: readonly NestedBatch[] | undefined;
}

/** Columns of the levels outside of a batch. A table that lacks one has one unit of it. */
const OUTER = ['boot', 'domain', 'block'] as const;

interface Open {
  path: readonly string[];
  values: number[];
}

type Series = Map<string, Open>;

class CurrentRow implements Row {
  readonly #path: string;
  readonly #places: ReadonlyMap<string, number>;
  cells: readonly string[] = [];
  line = 0;

  constructor(path: string, columns: readonly string[]) {
    this.#path = path;
    this.#places = new Map(columns.map((name, place) => [name, place]));
  }

  has(column: string): boolean {
    return this.#places.has(column);
  }

  word(column: string): string {
    const place = this.#places.get(column);
    if (place === undefined) throw csvError(this.#path, 1, `there is no column ${column}`);
    return this.cells[place] as string;
  }

  number(column: string): number {
    const text = this.word(column);
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (Number.isFinite(value) && value >= 0) return value;
    const what = value < 0 ? 'below zero, which no cost is' : 'not a number';
    throw csvError(this.#path, this.line, `${column} is ${JSON.stringify(text)}, ${what}`);
  }
}

/** A map's value for a key, made when there is none. */
function atKey<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

/**
 * Reads one table of a result.
 * @param run name of the run, the outermost level
 * @param starts how the lives of its testbed came to be
 * @returns groups in the order of the file. A group without samples of the compared phase is left out.
 * @throws UserError that names the line, for a table that is cut, or a sample that is no number or
 * below zero
 */
export async function readSamples(
  folder: string,
  table: SampleTable,
  run: string,
  starts: readonly LifeStart[] = [],
): Promise<SampledGroup[]> {
  const path = join(folder, table.file);
  const groups = new Map<string, { arm: string; state: string; series: Map<string, Series> }>();
  await readCsv(
    path,
    (columns) => {
      const row = new CurrentRow(path, columns);
      const outer = OUTER.map((level) => (row.has(level) ? level : undefined));
      return (cells, line) => {
        row.cells = cells;
        row.line = line;
        const name = table.series(row);
        if (name === undefined) return;
        const arm = row.word('arm');
        const state = row.word('state');
        const batch = table.batch.map((column) => row.word(column)).join('/');
        const levels = outer.map((level) => (level === undefined ? '0' : row.word(level)));
        const place = [...levels, batch];
        const group = atKey(groups, `${arm}\n${state}`, () => ({ arm, state, series: new Map() }));
        const series: Series = atKey(group.series, name, () => new Map());
        const open = atKey(series, place.join('\n'), () => ({
          path: placeOf([run, ...place], starts),
          values: [],
        }));
        open.values.push(table.value(row));
      };
    },
    { whole: true },
  );
  return [...groups.values()].flatMap(({ arm, state, series }) => {
    const closed = [...series].map(([name, batches]) => {
      const whole = [...batches.values()].map((batch) => ({
        path: batch.path,
        values: Float64Array.from(batch.values),
      }));
      return [name, whole] as const;
    });
    const combined = table.combine(new Map(closed));
    return combined.batches.length === 0 ? [] : [{ arm, state, phase: table.phase, ...combined }];
  });
}
