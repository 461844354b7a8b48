/**
 * Makes a result of somebody's samples: of another tool's format, or of any table with a column of numbers.
 */
import { rmdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { measureOf } from '../../harness/analyse/analyse.ts';
import { UserError } from '../../infra/errors.ts';
import { toolFacts } from '../host.ts';
import { checkImported } from '../schema/validate.ts';
import { CsvFile, hashFile, writeHashed } from '../store/files.ts';
import { resultId } from '../store/id.ts';
import { PartialResult } from '../store/partial.ts';
import { type CsvTable, column, namesOf } from '../store/table.ts';
import { type CollectedGroup, Collector } from './collect.ts';
import { type Columns, readColumns } from './columns.ts';
import type { SampleSink, SourceFile } from './formats/format.ts';
import { formatOf, refuseMeans } from './formats/registry.ts';
import { IMPORTED_FILE } from './read.ts';
import { type AnyMeasure, IMPORTED_VERSION, type Imported } from './types.ts';

/** samples.csv of an imported result. */
export const IMPORTED_SAMPLES = {
  name: 'samples.csv',
  row: 'a sample, in the order of the files that were read',
  when: 'the result is imported (imported.json stands beside it); each column is one of the file that was read, or what its format says',
  columns: [
    column(
      'boot',
      'text',
      '',
      'outermost level of repetition (`--boot-column`); without one the number of the file, from 0',
    ),
    column('block', 'text', '', 'level below it (`--block-column`); 0 without one'),
    column('batch', 'text', '', 'level below that (`--batch-column`); 0 without one'),
    column(
      'arm',
      'text',
      '',
      'what was measured (`--arm-column`, or as [docs/import.md](import.md) says)',
    ),
    column('state', 'text', '', 'its circumstances (`--state-column`); `all` without one'),
    column('value', 'number', 'that of `--unit`', 'the sample (`--value-column`); not below zero'),
  ],
} as const satisfies CsvTable;

/** Name of the format of a table whose columns were named. */
export const COLUMNS_FORMAT = 'csv';

/** What to import. */
export interface ImportRequest {
  files: readonly SourceFile[];
  /** Name of the format; absent: it is recognised, unless columns are named. */
  from?: string;
  /** Columns of a table of anybody's. */
  columns?: Columns;
  /** Absent: that of the format. */
  unit?: string;
  benchmark: string;
}

function measuresOf(
  groups: readonly CollectedGroup[],
  benchmark: string,
  unit: string,
): AnyMeasure[] {
  return groups.map(({ arm, state, batches }) => ({
    benchmark,
    arm,
    state,
    phase: 'total',
    unit,
    ...measureOf(batches),
  }));
}

/** Reads one file. @returns the name of its format */
async function readSource(
  file: SourceFile,
  { columns, from }: ImportRequest,
  sink: SampleSink,
): Promise<string> {
  if (columns !== undefined) {
    await refuseMeans(file, sink);
    await readColumns(file, columns, sink);
    return COLUMNS_FORMAT;
  }
  const { format, read } = await formatOf(file, from);
  await read(sink);
  return format.name;
}

/** @throws UserError when there is nothing in the files, or nothing says its unit */
function demandSamples({ files }: ImportRequest, collector: Collector): void {
  const names = files.map(({ path }) => path).join(', ');
  if (collector.groups().length === 0) {
    const [first] = collector.allLeftOut;
    throw new UserError(
      `${names} has no samples: there is no row below its header${first === undefined ? '' : ` but ${first.what} (${first.names.join(', ')})`}.`,
    );
  }
  if (collector.usedUnit === undefined) {
    throw new UserError(`${names} does not say the unit of its samples.`, {
      kind: 'usage',
      advice: 'Give it: --unit ns, us, ms, s, cycles, …',
    });
  }
}

async function sourcesOf(files: readonly SourceFile[]) {
  const all = files.map(async ({ path }) => ({ name: basename(path), ...(await hashFile(path)) }));
  const [first, ...further] = await Promise.all(all);
  if (first === undefined) throw new Error('nothing to import');
  return { first, further };
}

/** Names of the columns, for imported.json. */
function namedColumns({ values, arm, states, boot, block, batch, divisor }: Columns) {
  const named = {
    arm,
    value: values.join(', '),
    state: states.join(', '),
    boot,
    block,
    batch,
    divisor,
  };
  return Object.fromEntries(
    Object.entries(named).filter(([, name]) => name !== undefined && name !== ''),
  ) as Record<string, string>;
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

/** Reads, writes the folder, and gives what imported.json says. */
async function writeResult(
  request: ImportRequest,
  folder: string,
  id: string,
  now: Date,
): Promise<Imported> {
  const { files, columns, benchmark } = request;
  const table = new CsvFile(join(folder, IMPORTED_SAMPLES.name), namesOf(IMPORTED_SAMPLES.columns));
  const collector = new Collector(table, id, request.unit);
  const formats = new Set<string>();
  try {
    for (const [place, file] of files.entries()) {
      collector.begin(place);
      formats.add(await readSource(file, request, collector));
      await collector.room();
    }
    demandSamples(request, collector);
  } catch (error) {
    await table.abandon();
    throw error;
  }
  const unit = collector.usedUnit as string;
  const { first, further } = await sourcesOf(files);
  const { name, version } = await toolFacts();
  const [leftOut, warnings] = [collector.allLeftOut, collector.warnings];
  return {
    schemaVersion: IMPORTED_VERSION,
    origin: 'imported',
    id,
    tool: { name, version },
    importedAt: now.toISOString(),
    source: {
      ...first,
      columns: columns === undefined ? {} : namedColumns(columns),
      format: [...formats].join(', '),
    },
    ...(further.length === 0 ? {} : { furtherSources: further }),
    ...(leftOut.length === 0 ? {} : { leftOut }),
    ...(warnings.length === 0 ? {} : { warnings }),
    benchmark,
    unit,
    measures: measuresOf(collector.groups(), benchmark, unit),
    files: { [IMPORTED_SAMPLES.name]: await table.end() },
  };
}

/**
 * Makes a result of the samples, below the folder of results.
 * @returns its folder
 * @throws UserError for a file without samples, of no known format, without the columns, or with a value that
 * is no number or below zero; and for a folder that cannot be written
 */
export async function importSamples(
  request: ImportRequest,
  runs: string,
  now: Date,
): Promise<string> {
  const id = resultId(now);
  const wasThere = await isThere(runs);
  let partial: PartialResult | undefined;
  try {
    partial = await PartialResult.begin(runs, id);
    const { folder } = partial;
    const imported = await writeResult(request, folder, id, now);
    const checked = checkImported(imported);
    if (!checked.ok) throw new Error(`imported.json would not fit: ${checked.reasons.join('; ')}`);
    await writeHashed(folder, IMPORTED_FILE, `${JSON.stringify(checked.value, null, 2)}\n`);
    return await partial.finish();
  } catch (error) {
    await partial?.discard().catch(() => {});
    if (!wasThere) await rmdir(runs).catch(() => {});
    if (error instanceof UserError) throw error;
    throw new UserError(`Cannot write the result to ${runs}: ${(error as Error).message}`, {
      advice: 'Give another folder with --out.',
      cause: error,
    });
  }
}
