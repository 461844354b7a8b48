/**
 * `tinyvmi-bench gate`: is a run worse than a baseline? It measures the run, and the one that
 * confirms a regression, by itself when it is not given them.
 */
import { stat } from 'node:fs/promises';
import { UserError } from '../../../infra/errors.ts';
import { gateBrief } from '../../../reports/model/comparison.ts';
import { readHistory } from '../../../results/history/store.ts';
import { isImported } from '../../../results/imported/read.ts';
import { type Measured, readMeasured, readSet } from '../../../results/measured.ts';
import { readResult } from '../../../results/store/reader.ts';
import { GATE_EXIT_CODES, judge } from '../../gate/gate.ts';
import { baselineOf } from '../../history/entry.ts';
import { compareOptionsOf, compareOrFail, type RawCompareOptions } from './compare.ts';
import type { CommandContext } from './context.ts';
import { wholeOf } from './numbers.ts';
import { printBrief } from './print.ts';

/** Options of a gate, as they are written. */
export interface RawGateOptions extends RawCompareOptions {
  baseline: string;
  /** The confirming run; false: one comparison decides. Undefined: measure one when it is needed. */
  confirm?: string | boolean;
  window: string;
  strict?: boolean;
  out: string;
}

/**
 * Measures once more and gives the folder of the result.
 * @param argv options of `run`, later ones before earlier ones
 */
export type MeasureAgain = (argv: readonly string[]) => Promise<string>;

async function readBaseline(
  { baseline, window }: RawGateOptions,
  context: CommandContext,
): Promise<Measured[]> {
  const newest = wholeOf('window', window, 1);
  const info = await stat(baseline).catch(() => undefined);
  if (info?.isFile() !== true) return readSet(baseline);
  const { entries, broken } = await readHistory(baseline);
  for (const { line, why } of broken) {
    context.progress.warn(`${baseline}, line ${line}: ${why}. It is left out.`);
  }
  return baselineOf(baseline, entries, newest);
}

/**
 * Options of the run that made a result, with another seed, so that its order is another. A host that was
 * restored boots: what is restored again is the same boot, whose peculiarities would recur in it.
 */
async function optionsAgain(folder: string, seedStep: number): Promise<string[]> {
  if (await isImported(folder)) {
    throw new UserError(`${folder} was imported: it cannot be measured again.`, {
      advice: 'Give the confirming result: --confirm <result>, or --no-confirm.',
    });
  }
  const { manifest } = await readResult(folder);
  const [, options = ''] = manifest.command.split(' -- ');
  const seed = (manifest.seed + seedStep) % 2 ** 32;
  const wasRestored = manifest.starts?.some(({ start }) => start.kind === 'restored') ?? false;
  return [
    ...options.split(' ').filter((word) => word !== ''),
    ...(wasRestored ? ['--start', 'cold'] : []),
    ...['--seed', String(seed)],
  ];
}

/** A gate that could not do its work could not tell, whatever the reason. */
function couldNotTell(error: unknown): unknown {
  if (!(error instanceof UserError) || ['usage', 'interrupted', 'error'].includes(error.kind)) {
    return error;
  }
  const { message, advice } = error;
  return new UserError(message, { kind: 'error', cause: error, ...(advice ? { advice } : {}) });
}

async function gate(
  run: string | undefined,
  raw: RawGateOptions,
  context: CommandContext,
  measure: MeasureAgain,
): Promise<number> {
  const options = compareOptionsOf(raw);
  const baseline = await readBaseline(raw, context);
  const [first] = baseline;
  const folder = run ?? (await measure(await optionsOfBaseline(first)));
  const compareTo = async (other: string) => {
    context.progress.step('Comparing with the baseline');
    return compareOrFail(baseline, [await readMeasured(other)], options);
  };
  const { confirm } = raw;
  const confirming =
    confirm === false
      ? undefined
      : async () =>
          compareTo(
            typeof confirm === 'string' ? confirm : await measure(await optionsAgain(folder, 1)),
          );
  const report = await judge(await compareTo(folder), confirming, { strict: raw.strict ?? false });
  const document = { status: report.outcome, run: folder, ...report };
  printBrief(gateBrief(report), document, raw, context);
  return GATE_EXIT_CODES[report.outcome];
}

/** The options that the baseline was measured with; none for a history, which keeps none. */
async function optionsOfBaseline(first: Measured | undefined): Promise<string[]> {
  const info = await stat(first?.folder ?? '').catch(() => undefined);
  return info?.isDirectory() ? optionsAgain(first?.folder ?? '', 0) : [];
}

/**
 * Judges a run, or measures one and judges it.
 * @returns the exit code: 0 no regression, 1 regression, 2 could not tell
 */
export async function gateCommand(
  run: string | undefined,
  raw: RawGateOptions,
  context: CommandContext,
  measure: MeasureAgain,
): Promise<number> {
  try {
    return await gate(run, raw, context, measure);
  } catch (error) {
    throw couldNotTell(error);
  }
}
