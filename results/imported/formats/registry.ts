/**
 * The formats of other tools: the one list of them, and how a file is recognised.
 */
import { UserError } from '../../../infra/errors.ts';
import { readHead } from '../head.ts';
import { readJson } from '../json.ts';
import { criterionCsv, criterionEstimates, criterionJson } from './criterion.ts';
import type { Format, JsonFormat, SampleSink, SourceFile, TextFormat } from './format.ts';
import { goTest } from './go-test.ts';
import { googleBenchmark, googleBenchmarkCsv } from './google-benchmark.ts';
import { hyperfine, hyperfineMeans } from './hyperfine.ts';
import { numbers } from './numbers.ts';
import { pytestBenchmark } from './pytest-benchmark.ts';
import { sel4bench, sel4benchSummaries } from './sel4bench.ts';

/** Every format, in the order in which they are tried. */
export const FORMATS: readonly Format[] = [
  hyperfine,
  hyperfineMeans,
  googleBenchmark,
  googleBenchmarkCsv,
  criterionJson,
  criterionCsv,
  criterionEstimates,
  pytestBenchmark,
  goTest,
  sel4bench,
  sel4benchSummaries,
  numbers,
];

const COLUMNS_ADVICE =
  'Of a table of your own, name the columns: --arm-column NAME --value-column NAME --unit UNIT. Formats that are recognised stand in docs/import.md.';

function isJson(head: string): boolean {
  return /^\s*[[{]/.test(head);
}

/** The format of a file, and its document where that had to be read. */
interface Found {
  format: Format;
  /** Reads its samples. */
  read(sink: SampleSink): Promise<void>;
}

function ofText(format: TextFormat, file: SourceFile): Found {
  return { format, read: (sink) => format.read(file, sink) };
}

function ofJson(format: JsonFormat, document: unknown, file: SourceFile): Found {
  return { format, read: (sink) => format.read(document, file, sink) };
}

/** @throws UserError of kind usage for a file that is not of the format that it is said to be */
function demandFit(fits: boolean, { name }: Format, { path }: SourceFile): void {
  if (fits) return;
  throw new UserError(`--from ${name}: ${path} is not of this format.`, {
    kind: 'usage',
    advice: 'Leave --from out, and the format is recognised; docs/import.md says how each is made.',
  });
}

/**
 * Finds the format of a file, or makes sure that it is the one of that name.
 * @throws UserError of kind usage for none, or another
 */
export async function formatOf(file: SourceFile, from?: string): Promise<Found> {
  const head = await readHead(file.path);
  const named = FORMATS.find(({ name }) => name === from);
  const document = isJson(head) ? await readJson(file.path) : undefined;
  if (named !== undefined) {
    demandFit(named.kind === 'json' ? named.fits(document) : named.fits(head), named, file);
    return named.kind === 'json' ? ofJson(named, document, file) : ofText(named, file);
  }
  for (const format of FORMATS) {
    if (format.kind === 'json') {
      if (document !== undefined && format.fits(document)) return ofJson(format, document, file);
    } else if (document === undefined && format.fits(head)) return ofText(format, file);
  }
  throw new UserError(`${file.path} is of no format that is recognised.`, {
    kind: 'usage',
    advice: COLUMNS_ADVICE,
  });
}

/**
 * Refuses a table whose columns are named where it is one of a format that has no samples.
 * @throws UserError that says what to import instead
 */
export async function refuseMeans(file: SourceFile, sink: SampleSink): Promise<void> {
  if (hyperfineMeans.fits(await readHead(file.path))) await hyperfineMeans.read(file, sink);
}
