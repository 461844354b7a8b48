/**
 * Makes a result of somebody's samples: any CSV with a column of numbers and one that names arms.
 */
import { rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { measureOf } from '../../harness/analyse/analyse.ts';
import { UserError } from '../../infra/errors.ts';
import { makeFolder } from '../../infra/files/make-folder.ts';
import { toolFacts } from '../host.ts';
import { checkImported } from '../schema/validate.ts';
import { csvError, readCsv } from '../store/csv.ts';
import { CsvFile, hashFile, writeHashed } from '../store/files.ts';
import { resultId } from '../store/id.ts';
import { PARTIAL_PREFIX } from '../store/partial.ts';
import { atKey } from '../store/samples.ts';
import { type CsvTable, column, namesOf } from '../store/table.ts';
import { IMPORTED_FILE } from './read.ts';
import { type AnyMeasure, IMPORTED_VERSION, type Imported } from './types.ts';

/** samples.csv of an imported result. */
export const IMPORTED_SAMPLES = {
  name: 'samples.csv',
  row: 'a sample, in the order of the file that was read',
  when: 'the result is imported (imported.json stands beside it); each column is one of the file that was read',
  columns: [
    column('boot', 'text', '', 'outermost level of repetition (`--boot-column`); 0 without one'),
    column('block', 'text', '', 'level below it (`--block-column`); 0 without one'),
    column('batch', 'text', '', 'level below that (`--batch-column`); 0 without one'),
    column('arm', 'text', '', 'what was measured (`--arm-column`)'),
    column('state', 'text', '', 'its circumstances (`--state-column`); `all` without one'),
    column('value', 'number', 'that of `--unit`', 'the sample (`--value-column`); not below zero'),
  ],
} as const satisfies CsvTable;

/** Which column of the source holds what. Only arm and value must be there. */
export type SourceColumns = { arm: string; value: string } & {
  [Part in 'state' | 'boot' | 'block' | 'batch']?: string | undefined;
};

/** What to import. */
export interface ImportRequest {
  file: string;
  columns: SourceColumns;
  unit: string;
  benchmark: string;
}

interface Sample {
  /** In the order of the columns, without the value. */
  words: readonly string[];
  value: number;
}

/** What stands where the source has no such column. */
const ABSENT = { boot: '0', block: '0', batch: '0', arm: '', state: 'all' } as const;

function cellValue(path: string, line: number, column: string, text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isFinite(value) && value >= 0) return value;
  const what = value < 0 ? 'below zero, which no cost is' : 'not a number';
  const advice = 'Take the row out, or mend it: nothing is dropped silently.';
  throw csvError(path, line, `${column} is ${JSON.stringify(text)}, ${what}`, advice);
}

async function readSource({ file, columns }: ImportRequest): Promise<Sample[]> {
  const samples: Sample[] = [];
  await readCsv(file, (names) => {
    const placeOf = (option: string, name: string): number => {
      const place = names.indexOf(name);
      if (place >= 0) return place;
      throw new UserError(`--${option}-column ${name}: ${file} has no such column.`, {
        kind: 'usage',
        advice: `It has: ${names.join(', ')}.`,
      });
    };
    const parts = (['boot', 'block', 'batch', 'arm', 'state'] as const).map((part) => {
      const name = columns[part];
      return { part, place: name === undefined ? undefined : placeOf(part, name) };
    });
    const value = placeOf('value', columns.value);
    return (cells, line) => {
      const words = parts.map(({ part, place }) => {
        const word = place === undefined ? ABSENT[part] : (cells[place] as string);
        if (word === '') throw csvError(file, line, `${columns[part]} is empty`);
        return word;
      });
      samples.push({
        words,
        value: cellValue(file, line, columns.value, cells[value] as string),
      });
    };
  });
  if (samples.length === 0) {
    throw new UserError(`${file} has no samples: there is no row below its header.`);
  }
  return samples;
}

function measuresOf(samples: readonly Sample[], benchmark: string, unit: string): AnyMeasure[] {
  type Group = { arm: string; state: string; batches: Map<string, number[]> };
  const groups = new Map<string, Group>();
  for (const { words, value } of samples) {
    const [arm = '', state = ''] = words.slice(3);
    const group = atKey(groups, `${arm}\n${state}`, () => ({ arm, state, batches: new Map() }));
    atKey(group.batches, words.slice(0, 3).join('\n'), () => []).push(value);
  }
  return [...groups.values()].map(({ arm, state, batches }) => ({
    benchmark,
    arm,
    state,
    phase: 'total',
    unit,
    ...measureOf(
      [...batches].map(([place, values]) => {
        const [boot = '', ...inner] = place.split('\n');
        return { path: ['0', boot, '0', ...inner], values: Float64Array.from(values) };
      }),
    ),
  }));
}

/**
 * Makes a result of the samples, below the folder of results.
 * @returns its folder
 * @throws UserError for a file without samples, without the columns, or with a value that is no
 * number or below zero
 */
export async function importSamples(
  request: ImportRequest,
  runs: string,
  now: Date,
): Promise<string> {
  const { file, columns, unit, benchmark } = request;
  const samples = await readSource(request);
  const id = resultId(now);
  const partial = join(runs, `${PARTIAL_PREFIX}${process.pid}-${id}`);
  try {
    await makeFolder(partial);
    const table = new CsvFile(
      join(partial, IMPORTED_SAMPLES.name),
      namesOf(IMPORTED_SAMPLES.columns),
    );
    for (const { words, value } of samples) await table.row([...words, value]);
    const { name, version } = await toolFacts();
    const named = Object.entries(columns).filter(([, column]) => column !== undefined);
    const imported: Imported = {
      schemaVersion: IMPORTED_VERSION,
      origin: 'imported',
      id,
      tool: { name, version },
      importedAt: now.toISOString(),
      source: {
        name: basename(file),
        ...(await hashFile(file)),
        columns: Object.fromEntries(named) as Record<string, string>,
      },
      benchmark,
      unit,
      measures: measuresOf(samples, benchmark, unit),
      files: { [IMPORTED_SAMPLES.name]: await table.end() },
    };
    const checked = checkImported(imported);
    if (!checked.ok) throw new Error(`imported.json would not fit: ${checked.reasons.join('; ')}`);
    await writeHashed(partial, IMPORTED_FILE, `${JSON.stringify(checked.value, null, 2)}\n`);
    const folder = join(runs, id);
    await rename(partial, folder);
    return folder;
  } catch (error) {
    await rm(partial, { recursive: true, force: true }).catch(() => {});
    throw new UserError(`Cannot write the result to ${runs}: ${(error as Error).message}`, {
      advice: 'Give another folder with --out.',
      cause: error,
    });
  }
}
