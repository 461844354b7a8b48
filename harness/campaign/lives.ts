/**
 * A whole run: as many lives of the testbed as it has boots, each on one machine or on several that are
 * up at once. What an earlier attempt measured is not measured again. A machine that breaks stops no
 * other one.
 */
import type { CodeBase } from '../../infra/code/code-base.ts';
import { UserError } from '../../infra/errors.ts';
import type { Capabilities, Progress, Testbed } from '../../infra/testbed.ts';
import { type Creation, creationsOf } from '../plan/plan.ts';
import { isSampled, type Plan, type Suite } from '../plan/suite.ts';
import type { Life } from '../run/life.ts';
import type { RunFacts } from '../run/outcome.ts';
import type { Recorder } from '../run/recorder.ts';
import { runSuite } from '../run/run.ts';
import type { RunContext } from '../run/state.ts';
import { atOnce } from './at-once.ts';
import type { Chronicle } from './chronicle.ts';
import { expectedSeconds, type NamedMachine, namedMachines, needsMachine } from './machines.ts';
import { type MergedFacts, mergeFacts } from './merge.ts';
import {
  accountOf,
  demandAlike,
  type MachineEnding,
  type TogetherOutcome,
  together,
} from './together.ts';

/** Progress of one of several that work at once, under one display. */
export interface Lane extends Progress {
  /** Takes its line away. What is done or warned of after it is still said. */
  close(): void;
}

/** Progress that may have room for several machines side by side. */
export type RunProgress = Progress & { lane?(name: string): Lane };

/** Progress of one machine among others where there is no better one: each text with its name. */
function named(progress: Progress, name: string): Lane {
  return {
    step: (text) => progress.step(`${name}: ${text}`),
    detail: (text, share) => progress.detail(`${name}: ${text}`, share),
    done: (text) => progress.done(`${name}: ${text}`),
    warn: (text) => progress.warn(`${name}: ${text}`),
    close() {},
  };
}

/** What a run of several lives needs besides its plans. */
export interface LivesContext {
  /** Makes a testbed for these plans, not yet started, that tells this progress how far it is. */
  newTestbed(progress: Progress, plans: Suite): Promise<Testbed>;
  /** Machines that it takes place on, with their plans; absent: one. */
  machines?: readonly Suite[] | undefined;
  /** Machines that are up at the same time, at most; absent: one. */
  jobs?: number | undefined;
  /**
   * Told how machines of a run of one life ended, whenever one did of which the place stays free while
   * others still measure.
   */
  spare?: ((ended: readonly MachineEnding[]) => void) | undefined;
  /** Asked whether units that were measured are enough: harness/run/state.ts. */
  enough?: RunContext['enough'];
  recorder: Recorder;
  codeBase: CodeBase;
  progress: RunProgress;
  signal: AbortSignal;
  chronicle: Chronicle;
}

/** A machine's part in one life. */
interface Part extends NamedMachine {
  boot: number;
  creations: readonly Creation[];
  /** Host of the lives before. */
  host: Capabilities | undefined;
}

/** Creations that are left to a machine in that boot. */
function creationsLeft(
  { name, plans: [{ options }] }: NamedMachine,
  boot: number,
  chronicle: Chronicle,
): Creation[] {
  return creationsOf(options, boot).filter((creation) => !chronicle.isFinished(creation, name));
}

/** Runs a machine's part. @returns undefined when it was not begun any more */
async function runPart(
  part: Part,
  { chronicle, newTestbed, machines: _m, jobs: _j, spare: _s, ...context }: LivesContext,
): Promise<MachineEnding | undefined> {
  if (context.signal.aborted) return undefined;
  const { name, plans, boot, creations, host } = part;
  const life: Life = {
    ...{ boot, creations },
    ...(name === undefined ? {} : { machine: name }),
    ...(host === undefined ? {} : { host }),
    recorded: (benchmark, order) => chronicle.recorded(benchmark, order),
    note: (facts) => chronicle.note(facts),
    finished: (creation) => chronicle.finish(creation, name),
  };
  const { progress: shared } = context;
  const own = name === undefined ? undefined : (shared.lane?.(name) ?? named(shared, name));
  const progress = own ?? shared;
  try {
    const testbed = await newTestbed(progress, plans);
    const outcome = await runSuite(plans, { ...context, progress, testbed }, life);
    if (name !== undefined && 'error' in outcome) progress.warn(outcome.error.message);
    return { name, plans, outcome };
  } finally {
    own?.close();
  }
}

function present<T>(list: readonly (T | undefined)[]): T[] {
  return list.filter((entry) => entry !== undefined);
}

/** Runs the parts of one life. @returns how each ended that was begun, in their order */
async function runParts(parts: readonly Part[], context: LivesContext): Promise<MachineEnding[]> {
  const endings: (MachineEnding | undefined)[] = parts.map(() => undefined);
  let [waiting, running] = [parts.length, 0];
  const pieces = parts.map((part, index) => ({
    cost: expectedSeconds(part.plans),
    takesPlace: needsMachine(part.plans),
    work: async () => {
      waiting--;
      running++;
      endings[index] = await runPart(part, context).finally(() => running--);
      if (waiting === 0 && running > 0) context.spare?.(present(endings));
    },
  }));
  await atOnce(pieces, context.jobs ?? 1);
  return present(endings);
}

/** One account of all lives; an error instead where their machines are not alike. */
function accountOfAll(
  lives: readonly RunFacts[],
  names: readonly string[],
): { facts: MergedFacts; error?: UserError } {
  const facts = mergeFacts(lives, names[0]);
  if (names.length === 0) return { facts };
  try {
    demandAlike(lives);
    return { facts };
  } catch (error) {
    if (error instanceof UserError) return { facts, error };
    throw error;
  }
}

/** How the parts of one life ended, with the account of all lives until then. */
function endOfLife(
  ended: readonly MachineEnding[],
  lives: readonly RunFacts[],
  names: readonly string[],
  cut: boolean,
): TogetherOutcome {
  const { facts, error } = accountOfAll(lives, names);
  const [first] = ended;
  if (names.length === 0 && first !== undefined) {
    const { plans, outcome } = first;
    const whole = outcome.status === 'success' ? plans : [];
    return { ...outcome, facts, whole, broken: [] };
  }
  const outcome = together(ended, facts, cut);
  if (error === undefined || outcome.status === 'interrupted') return outcome;
  return { status: 'error', facts, error, whole: [], broken: [] };
}

/** Whether the boots before this one are enough. */
async function bootsAreEnough(
  plans: readonly Plan[],
  boot: number,
  { enough }: LivesContext,
): Promise<boolean> {
  const sampled = plans.filter(isSampled);
  if (enough === undefined || sampled[0]?.options.until?.level !== 'boots') return false;
  return enough(sampled, boot);
}

/** Runs what is left of the plans. Every ending is an outcome. */
export async function runLives(suite: Suite, context: LivesContext): Promise<TogetherOutcome> {
  const { chronicle, progress } = context;
  const machines = namedMachines(context.machines ?? [suite]);
  const names = machines.flatMap(({ name }) => name ?? []);
  const { boots } = suite[0].options;
  const lives: RunFacts[] = [...chronicle.facts];
  let whole: readonly Plan[] = suite;
  for (let boot = 0; boot < boots; boot++) {
    const left = machines
      .map((machine) => ({ ...machine, creations: creationsLeft(machine, boot, chronicle) }))
      .filter(({ creations }) => creations.length > 0);
    if (left.length === 0) continue;
    if (await bootsAreEnough(whole, boot, context)) break;
    if (boots > 1) progress.done(`Boot ${boot + 1} of ${boots}`);
    const host = lives.find(({ capabilities }) => capabilities !== undefined)?.capabilities;
    const number = await chronicle.begin(names);
    const parts = left.map((machine) => ({ ...machine, boot: number, host }));
    const once = boots === 1 && lives.length === 0;
    const ended = await runParts(parts, once ? context : { ...context, spare: undefined });
    lives.push(...ended.map((ending) => accountOf(ending)));
    const outcome = endOfLife(ended, lives, names, ended.length < parts.length);
    if (outcome.status !== 'success') return outcome;
    const missing = ended.flatMap(({ plans }) => plans.filter((p) => !outcome.whole.includes(p)));
    whole = whole.filter((plan) => !missing.includes(plan));
  }
  return { status: 'success', facts: mergeFacts(lives, names[0]), whole, broken: [] };
}
