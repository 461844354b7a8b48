/**
 * `tinyvmi-bench sensitivity`: does the gate notice what it should? Measures again with the library
 * slowed down by a known number of instructions a page (native/include/tvmi.h), state by state, and
 * asks the gate.
 */
import { EXIT_CODES, UserError } from '../../../infra/errors.ts';
import { writeOutput } from '../../../infra/files/write-output.ts';
import { sensitivityBrief } from '../../../reports/model/sensitivity.ts';
import { type Measured, type MeasuredGroup, readMeasured } from '../../../results/measured.ts';
import { readResult } from '../../../results/store/reader.ts';
import { nest, pooled } from '../../analyse/nested.ts';
import { quantile, sortedSample } from '../../analyse/quantile.ts';
import type { ComparedRow } from '../../compare/compare.ts';
import { judge } from '../../gate/gate.ts';
import { instructionsFor, SLOWDOWN_PERCENT, type Slowdown } from '../../gate/slowdown.ts';
import { compareOptionsOf, compareOrFail, type RawCompareOptions } from './compare.ts';
import type { CommandContext } from './context.ts';
import type { MeasureAgain } from './gate.ts';
import { printBrief } from './print.ts';

/** Benchmark whose pages are slowed down. */
const BENCHMARK = 'page-walk';

/** Options of the command, as they are written. */
export interface RawSensitivityOptions extends RawCompareOptions {
  /** False: one comparison decides. */
  confirm: boolean;
  out: string;
  document?: string;
}

/** Options of the run that made a result, without those that a slowdown sets. */
async function optionsOf(folder: string): Promise<string[]> {
  const { manifest } = await readResult(folder);
  const words = (manifest.command.split(' -- ')[1] ?? '').split(' ');
  const set = new Set(['--arm', '--state', '--bench', '--seed', '--protocol']);
  return words.filter((word, i) => word !== '' && !set.has(word) && !set.has(words[i - 1] ?? ''));
}

function only(measured: Measured, { benchmark, arm, state }: MeasuredGroup): Measured {
  const groups = measured.groups.filter(
    (group) => group.benchmark === benchmark && group.arm === arm && group.state === state,
  );
  return { ...measured, groups };
}

/** Slows an arm down in a state, and asks the gate. */
async function tryOne(
  baseline: Measured,
  group: MeasuredGroup,
  options: readonly string[],
  raw: RawSensitivityOptions,
  measure: MeasureAgain,
): Promise<Slowdown> {
  const { arm, state, batches } = group;
  const percent = SLOWDOWN_PERCENT[arm] ?? 0;
  const median = quantile(sortedSample(pooled(nest(batches))), 0.5);
  const instructions = instructionsFor(median, percent);
  const runs: string[] = [];
  const reference = only(baseline, group);
  const compareOnce = async () => {
    const seed = runs.length + 1;
    const run = await measure([
      ...options,
      ...['--bench', BENCHMARK, '--protocol', 'v1', '--arm', arm, '--state', state],
      ...['--seeded-slowdown', String(instructions), '--seed', String(seed)],
    ]);
    const slowed = await readMeasured(run);
    runs.push(slowed.id);
    return compareOrFail([reference], [slowed], compareOptionsOf(raw));
  };
  const first = await compareOnce();
  const report = await judge(first, raw.confirm ? compareOnce : undefined, { strict: false });
  const row = first.rows[0] as ComparedRow;
  return { arm, state, percent, instructions, runs, outcome: report.outcome, row };
}

/** Tries every arm and state of a baseline. @returns the exit code: 0 when all were noticed, else 1 */
export async function sensitivityCommand(
  folder: string,
  raw: RawSensitivityOptions,
  context: CommandContext,
  measure: MeasureAgain,
): Promise<number> {
  const baseline = await readMeasured(folder);
  const groups = baseline.groups.filter(
    ({ benchmark, arm, unit }) =>
      benchmark === BENCHMARK && SLOWDOWN_PERCENT[arm] !== undefined && unit === 'instructions',
  );
  if (groups.length === 0) {
    throw new UserError(`${folder} has nothing that can be slowed down by instructions.`, {
      advice: `Measure a baseline: tinyvmi-bench run --bench ${BENCHMARK}`,
    });
  }
  const options = await optionsOf(folder);
  const slowdowns: Slowdown[] = [];
  for (const group of groups) {
    slowdowns.push(await tryOne(baseline, group, options, raw, measure));
  }
  const noticed = slowdowns.every(({ outcome }) => outcome === 'regression');
  const document = { version: 1, baseline: baseline.id, confirmed: raw.confirm, slowdowns };
  if (raw.document !== undefined)
    await writeOutput(raw.document, `${JSON.stringify(document, null, 2)}\n`, '--document');
  const status = noticed ? 'success' : 'failure';
  printBrief(sensitivityBrief(slowdowns), { status, ...document }, raw, context);
  return EXIT_CODES[status];
}
