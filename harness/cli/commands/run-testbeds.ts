/**
 * `tinyvmi-bench run` on several testbeds, or by the workers of a queue: a result of each, what came out
 * where, and one comparison.
 */
import { BENCHMARKS } from '../../../bench/registry.ts';
import { type ErrorKind, messageOf } from '../../../infra/errors.ts';
import { ensureNeeds, placeOf } from '../../../infra/index.ts';
import { EMULATED, type Progress } from '../../../infra/testbed.ts';
import { testbedsLine } from '../../../reports/model/answer/testbeds.ts';
import { writeReport } from '../../../reports/write.ts';
import { hasSamples, measuredOfRun } from '../../../results/measured.ts';
import { resultId } from '../../../results/store/id.ts';
import { hasFigures, type Result } from '../../../results/types.ts';
import { exitCodeOfAll, type HostOutcome, outcomeBrief, statusOf } from '../../fleet/outcome.ts';
import { type Ending, type Measure, sideBySide, withTries } from '../../fleet/side-by-side.ts';
import { demandOnce, testbedsOf } from '../../fleet/testbeds.ts';
import { makeSuite } from '../../plan/suite.ts';
import { bounded, number, usage } from '../../plan/values.ts';
import { attemptRun } from '../attempt.ts';
import { paintFor } from '../output.ts';
import { choosePlace } from '../place.ts';
import type { Lane } from '../progress/contract.ts';
import type { CommandContext } from './context.ts';
import { printBrief } from './print.ts';
import { folderOf, modelOfSets } from './report.ts';
import { planOptions, type RunCommandOptions, reportFormats } from './run-options.ts';
import { drawReport, short, showResult } from './show.ts';

/** Attempts on each testbed. */
export const TRIES = bounded(
  'tries',
  'attempts on each of several testbeds, or by workers',
  2,
  1,
  10,
);

/** Whether the options name more than one testbed, or leave it to workers. */
export function isForSeveral({ testbed, tries, queue }: RunCommandOptions): boolean {
  return tries !== undefined || queue !== undefined || (testbed?.includes(',') ?? false);
}

/** Every host is known, no two are one, and everything could be planned: before anything begins. */
async function prepareHere(
  testbeds: readonly string[],
  options: RunCommandOptions,
  { progress, signal }: CommandContext,
): Promise<void> {
  const places = [];
  for (const testbed of testbeds) {
    const { place, raw } = await choosePlace({ ...planOptions(options), testbed });
    makeSuite(raw);
    places.push(place);
  }
  demandOnce(
    testbeds,
    places.map((place) => (place.kind === EMULATED ? EMULATED : placeOf(place.settings.reach))),
  );
  for (const kind of new Set(places.map((place) => place.kind))) {
    await ensureNeeds(kind, progress, signal);
  }
}

/** The same for workers, whose hosts nobody here knows. */
function prepareThere(testbeds: readonly string[], options: RunCommandOptions): void {
  const raw = planOptions(options);
  for (const [name, value] of [
    ['--counting-rule', raw.countingRule],
    ['--testbeds', raw.testbeds],
    ['--minios-image', raw.miniosImage],
  ]) {
    if (value === undefined) continue;
    throw usage(
      `${name} names a file of this machine, which a worker cannot read.`,
      'Leave it out.',
    );
  }
  for (const testbed of testbeds) {
    makeSuite({ ...(testbed === EMULATED ? {} : { clock: 'wall' }), ...raw, testbed });
  }
}

/** Progress of each testbed. */
type LaneOf = (testbed: string) => Lane;

function lanesOf(testbeds: readonly string[], { progress }: CommandContext): LaneOf {
  const all = new Map(testbeds.map((name) => [name, progress.lane(name)]));
  return (testbed) => all.get(testbed) as Lane;
}

/** Measures in this process. */
function measureHere(
  options: RunCommandOptions,
  tries: number,
  laneOf: LaneOf,
  signal: AbortSignal,
): Measure {
  return (testbed) => {
    const progress = laneOf(testbed);
    const id = resultId(new Date());
    const attempt = () =>
      attemptRun({ ...planOptions(options), testbed }, id, { progress, signal, runs: options.out });
    return withTries(testbed, attempt, { tries, progress, signal });
  };
}

async function measureAll(
  testbeds: readonly string[],
  options: RunCommandOptions,
  context: CommandContext,
): Promise<Ending[]> {
  const tries = number(TRIES, options.tries);
  const { signal } = context;
  if (options.queue === undefined) {
    await prepareHere(testbeds, options, context);
    const laneOf = lanesOf(testbeds, context);
    return told(testbeds, measureHere(options, tries, laneOf, signal), laneOf);
  }
  prepareThere(testbeds, options);
  const { openSubmitter } = await import('../queue.ts');
  const laneOf = lanesOf(testbeds, context);
  const { measure, close } = await openSubmitter(options.queue, {
    raw: planOptions(options),
    tries,
    runs: options.out,
    signal,
    progressOf: laneOf,
  });
  try {
    return await told(testbeds, measure, laneOf);
  } finally {
    await close();
  }
}

/** Measures on all of them, and of several says how each ended when it did. */
function told(testbeds: readonly string[], measure: Measure, laneOf: LaneOf): Promise<Ending[]> {
  return sideBySide(testbeds, measure, (ending) => {
    const lane = laneOf(ending.testbed);
    if (testbeds.length > 1) {
      if (ending.folder === undefined) lane.warn(ending.error.message);
      else lane.done(`result in ${short(ending.folder)}`);
    }
    lane.close();
  });
}

/** Draws the report of a result. @returns what came out, and the result when there is one */
async function outcomeOf(
  ending: Ending,
  progress: Progress,
  { formats, signal }: { formats: readonly [] | undefined; signal: AbortSignal },
): Promise<{ outcome: HostOutcome; result?: Result }> {
  const { testbed, tries } = ending;
  const without = (error: { kind: ErrorKind; message: string; advice?: string | undefined }) => ({
    outcome: {
      testbed,
      tries,
      folder: null,
      status: error.kind,
      reason: error.message,
      advice: error.advice ?? null,
      left: [],
    },
  });
  if (ending.folder === undefined) return without(ending.error);
  const { result } = await drawReport(ending.folder, progress, { formats, signal });
  const { status, reason, left = [] } = result.summary;
  const folder = short(result.folder);
  return { outcome: { testbed, tries, folder, status, reason, advice: null, left }, result };
}

/** Writes the comparison of what can be compared. @returns its files by format; null: nothing can */
async function compareAll(results: readonly Result[], progress: Progress, signal: AbortSignal) {
  const comparable = results.filter(({ summary }) => hasFigures(summary) && hasSamples(summary));
  if (comparable.length < 2) return null;
  progress.step('Comparing the testbeds');
  const sets = [];
  for (const result of comparable) sets.push([await measuredOfRun(result)]);
  const model = modelOfSets(sets);
  const files = await writeReport(folderOf(model), model, undefined, { signal });
  progress.done('Comparison drawn');
  return files;
}

/** Runs on all of them, and says what came out. @returns the exit code: success when all succeeded and left nothing */
export async function runOnTestbeds(
  options: RunCommandOptions,
  context: CommandContext,
): Promise<number> {
  const { progress, stdout, say, json, quiet, signal } = context;
  const testbeds = testbedsOf(options.testbed);
  if (options.dryRun) {
    throw usage(
      '--dry-run looks at one host, from here.',
      'Give one --testbed, without --queue and --tries.',
    );
  }
  const endings = await measureAll(testbeds, options, context);
  const [only] = endings;
  if (endings.length === 1 && only !== undefined) {
    if (only.folder === undefined) throw only.error;
    return showResult(only.folder, context, {
      ...{ formats: reportFormats(options), demandsPrecision: true },
    });
  }
  const formats = reportFormats(options);
  const outcomes: HostOutcome[] = [];
  const found: (Result | undefined)[] = [];
  for (const ending of endings) {
    const { outcome, result } = await outcomeOf(ending, progress, { formats, signal });
    outcomes.push(outcome);
    found.push(result);
  }
  const results = found.filter((result) => result !== undefined);
  const compared =
    formats === undefined ? compareAll(results, progress, signal) : Promise.resolve(null);
  const comparison = await compared.catch((error) => {
    if (signal.aborted) throw error;
    progress.warn(`no comparison: ${messageOf(error)}`);
    return null;
  });
  const document = { status: statusOf(outcomes), testbeds: outcomes, comparison };
  const line = testbedsLine(
    endings.map(({ testbed }, place) => ({ testbed, summary: found[place]?.summary ?? null })),
    BENCHMARKS,
  );
  if (json || !quiet) printBrief(outcomeBrief(outcomes), document, {}, context);
  if (!json) {
    for (const [path = ''] of Object.values(comparison ?? {})) {
      say(`Comparison:  ${short(path)}\n`);
    }
    say('\n');
    stdout.write(`${paintFor(stdout, context.env).bold(line)}\n`);
  }
  return exitCodeOfAll(outcomes);
}
