/**
 * `tinyvmi-bench gate`: is a run worse than a baseline? It measures the run, and the one that
 * confirms a regression, by itself when it is not given them.
 */
import { stat } from 'node:fs/promises';
import { EXIT_CODES, UserError } from '../../../infra/errors.ts';
import { begunBrief, gateBrief } from '../../../reports/model/comparison.ts';
import { readHistory } from '../../../results/history/store.ts';
import type { Acceptance } from '../../../results/history/types.ts';
import { isImported } from '../../../results/imported/read.ts';
import { type Measured, readMeasured, readSet } from '../../../results/measured.ts';
import { readResult } from '../../../results/store/reader.ts';
import type { BaselineKind } from '../../calibrate/gates.ts';
import { reliabilityOf, reliabilitySentence } from '../../calibrate/published.ts';
import type { CompareOptions } from '../../compare/compare.ts';
import { demandKnown, type Filter, filtered } from '../../compare/filter.ts';
import { GATE_EXIT_CODES, type GateReport } from '../../gate/gate.ts';
import { judgeByHistory, type Past } from '../../gate/history-gate.ts';
import { judgeBySet } from '../../gate/set-gate.ts';
import { acceptanceOf, appendOrExplain } from '../../history/append.ts';
import { compareOptionsOf, demandRows, filterOf, type RawCompareOptions } from './compare.ts';
import type { CommandContext } from './context.ts';
import { baselinePath, type NamedBaselineOptions, saveBaseline } from './named-baselines.ts';
import { wholeOf } from './numbers.ts';
import { printBrief } from './print.ts';

/** Options of a gate, as they are written. */
export interface RawGateOptions extends RawCompareOptions, NamedBaselineOptions {
  baseline: string;
  /** Adds the run to the history that is the baseline, with the verdict. */
  append?: boolean;
  /** Why a change for the worse is wanted. */
  accept?: string;
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

/** Whether a baseline is a history: a file. With `append` it may be one that is not there yet. */
async function isHistory(path: string, append: boolean): Promise<boolean> {
  const info = await stat(path).catch(() => undefined);
  return info === undefined ? append : info.isFile();
}

/** The entries of a history; none of one that is not there yet. */
async function pastOf(path: string, window: number, { progress }: CommandContext): Promise<Past> {
  if ((await stat(path).catch(() => undefined)) === undefined) return { path, entries: [], window };
  const { entries, broken, mended } = await readHistory(path);
  for (const { line, why } of broken) {
    progress.warn(`${path}, line ${line}: ${why}. It is left out.`);
  }
  for (const text of mended) progress.warn(`${path}: ${text}`);
  if (entries.length === 0) {
    throw new UserError(`${path} holds no run.`, {
      advice: 'Begin a history: tinyvmi-bench history append <run>',
    });
  }
  return { path, entries, window };
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

/** @throws UserError of kind usage for a run that is to be compared with itself */
function demandAnother(run: Measured, role: string, others: readonly Measured[]): void {
  const known = others.some(({ id, digest }) => id === run.id && digest === run.digest);
  if (!known) return;
  throw new UserError(`The ${role} ${run.id} is given twice: nothing is compared with itself.`, {
    kind: 'usage',
    advice: 'Give a run of its own, or leave it out: the gate measures one.',
  });
}

/** What a gate works with, whatever its baseline is. */
interface Task {
  raw: RawGateOptions;
  context: CommandContext;
  measure: MeasureAgain;
  options: CompareOptions;
  filter: Filter;
  accepted: Acceptance | undefined;
}

/** The confirming run, given or measured; undefined: one comparison decides. */
function confirming(
  { raw: { confirm }, measure }: Task,
  folder: string,
  run: Measured,
  baseline: readonly Measured[],
): (() => Promise<Measured>) | undefined {
  if (confirm === false) return undefined;
  return async () => {
    const again = await readMeasured(
      typeof confirm === 'string' ? confirm : await measure(await optionsAgain(folder, 1)),
    );
    demandAnother(again, 'confirming run', [run, ...baseline]);
    return again;
  };
}

/** @param runs of the level that the run was held to */
function printReport(
  judged: GateReport,
  { kind, runs }: { kind: BaselineKind; runs: number },
  more: object,
  { raw, context }: Task,
): number {
  const reliability = reliabilityOf(kind, runs, raw.confirm !== false);
  const remarks = [...(judged.remarks ?? []), reliabilitySentence(reliability)];
  const report = { ...judged, reliability, remarks };
  printBrief(gateBrief(report), { status: report.outcome, ...more, ...report }, raw, context);
  return GATE_EXIT_CODES[report.outcome];
}

async function gateByHistory(task: Task, path: string, given: string | undefined): Promise<number> {
  const { raw, context, measure, options, filter, accepted } = task;
  const past = await pastOf(path, wholeOf('window', raw.window, 1), context);
  const folder = given ?? (await measure([]));
  const run = await readMeasured(folder);
  demandKnown(filter, options.margins ?? [], [run]);
  await demandConfirming(task, run);
  context.progress.step('Comparing with the history');
  const { report, begun, entry } = await judgeByHistory(past, run, {
    compare: options,
    only: (measured) => filtered(measured, filter),
    confirm: confirming(task, folder, run, []),
    accepted,
    strict: raw.strict ?? false,
    across: raw.append !== true,
  });
  if (report === null && raw.append !== true) {
    throw new UserError(begun, {
      advice: 'Measure more: tinyvmi-bench run, then tinyvmi-bench history append <run>',
    });
  }
  if (raw.append === true) await appendOrExplain(path, entry);
  await saveBaseline(raw, [run]);
  if (report !== null) {
    const level = { kind: 'history' as const, runs: report.first.a.length };
    return printReport(report, level, { run: folder }, task);
  }
  printBrief(begunBrief(begun), { status: 'begun', run: folder, reason: begun }, raw, context);
  return EXIT_CODES.success;
}

/** A confirming run that is given is read before anything is judged by it. */
async function demandConfirming({ raw: { confirm } }: Task, run: Measured): Promise<void> {
  if (typeof confirm === 'string') demandAnother(await readMeasured(confirm), 'run', [run]);
}

async function gateBySet(task: Task, path: string, given: string | undefined): Promise<number> {
  const { raw, context, measure, options, filter, accepted } = task;
  if (accepted !== undefined || raw.append === true) {
    throw new UserError('Only a history keeps runs and what was accepted.', {
      kind: 'usage',
      advice: 'Give a history as --baseline, or make the run the baseline: --save-baseline <name>',
    });
  }
  const baseline = await readSet(path);
  const [first] = baseline;
  const folder = given ?? (await measure(await optionsOfBaseline(first)));
  const run = await readMeasured(folder);
  demandKnown(filter, options.margins ?? [], [run, ...baseline]);
  demandAnother(run, 'run', baseline);
  await demandConfirming(task, run);
  context.progress.step('Comparing with the baseline');
  const set = baseline.map((one) => filtered(one, filter));
  const own = filtered(run, filter);
  const confirm = confirming(task, folder, run, baseline);
  const judged = await judgeBySet(set, own, {
    ...{ compare: options, strict: raw.strict ?? false },
    confirm: confirm && (async () => filtered(await confirm(), filter)),
  });
  demandRows(judged.first, set, [own]);
  const later = baseline.filter((one) => Date.parse(one.startedAt) > Date.parse(run.startedAt));
  const remarks = later.map(({ id }) => `${id} of the baseline began later than ${run.id}.`);
  const saved = await saveBaseline(raw, [run]);
  const kind = baseline.length === 1 ? 'one run' : 'several runs';
  const level = { kind, runs: baseline.length } as const;
  return printReport({ ...judged, remarks }, level, { run: folder, ...saved }, task);
}

async function gate(
  run: string | undefined,
  raw: RawGateOptions,
  context: CommandContext,
  measure: MeasureAgain,
): Promise<number> {
  const accepted = acceptanceOf(raw.accept, new Date());
  const append = raw.append === true || accepted !== undefined;
  const task = {
    ...{ context, measure, accepted, raw: { ...raw, append } },
    ...{ options: compareOptionsOf(raw), filter: filterOf(raw) },
  };
  if (await isHistory(raw.baseline, append)) return gateByHistory(task, raw.baseline, run);
  return gateBySet(task, await baselinePath(raw.baseline, raw), run);
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
