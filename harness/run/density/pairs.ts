/**
 * Pairs of an introspector and a target: made one after the other, asked alone and together.
 */
import { UserError } from '../../../infra/errors.ts';
import type { Domain, Probe } from '../../../infra/testbed.ts';
import { type BatchData, costOfPages } from '../../analyse/pages.ts';
import type { DensityPlan, Pair } from '../../plan/density/plan.ts';
import type { PlannedJob } from '../../plan/plan.ts';
import { surroundings } from '../arms.ts';
import type { ReadyTarget } from '../benchmark.ts';
import { noteHello } from '../clocks.ts';
import { createDomain, createTarget } from '../domains.ts';
import { INTROSPECTOR_LABELS, type Introspector, openDomain } from '../introspector.ts';
import { askPages } from '../page-walk/ask.ts';
import type { RunState } from '../state.ts';

const ARM = 'minios';
const DOM0_ID = 0;
const PAGE_BYTES = 4096;
const PASSES = { repeat: 2, warmup: 1 };

/** A pair that is there, and what it took. */
export interface ReadyPair {
  target: ReadyTarget;
  domain: Domain;
  introspector: Introspector;
  /** Called when its next job is there. */
  sent: () => Promise<void>;
  /** Bytes of the host's memory. */
  took: { target: number; introspector: number };
}

/** What pairs are made with. */
export interface DensityContext {
  run: RunState;
  plan: DensityPlan;
  probe: Probe;
}

async function freeBytes({ run, probe }: DensityContext): Promise<number> {
  return (await run.wait(probe.state(DOM0_ID))).freePages * PAGE_BYTES;
}

/** Makes a pair, its target paused. */
export async function makePair(context: DensityContext, pair: Pair): Promise<ReadyPair> {
  const { run } = context;
  const before = await freeBytes(context);
  const target = await createTarget(run, pair.target);
  const between = await freeBytes(context);
  const domain = await createDomain(run, pair.introspector);
  const ready: Omit<ReadyPair, 'introspector'> = {
    ...{ target, domain, sent: async () => {} },
    took: { target: before - between, introspector: between - (await freeBytes(context)) },
  };
  const introspector = openDomain(domain, INTROSPECTOR_LABELS[ARM], surroundings(run), () =>
    made.sent(),
  );
  const made: ReadyPair = { ...ready, introspector };
  return made;
}

/** What every page cost that an introspector reads of its target, in cache state tables. */
export async function costsOf(
  { run, plan }: DensityContext,
  { target, introspector }: ReadyPair,
): Promise<Float64Array> {
  const { pages, batch } = plan.pageWalk.options;
  const job: PlannedJob<'tables'> = { ...run.place, order: 0, block: 0, arm: ARM, state: 'tables' };
  const batches: BatchData[] = [];
  const hello = await askPages(
    ...([run, introspector, plan.pageWalk, job, { pages, batch, ...PASSES }, target] as const),
    (_, measured, { ticks }) => {
      const { warmup, open, close } = measured;
      if (!warmup) batches.push({ boot: 0, block: 0, pages: measured.pages, open, close, ticks });
    },
  );
  noteHello(run, ARM, hello);
  return costOfPages(batches, 'total');
}

/**
 * Has all introspectors read at once: none runs before each of them has its job.
 * @throws UserError as one of them alone would
 */
export async function costsTogether(
  context: DensityContext,
  pairs: readonly ReadyPair[],
): Promise<Float64Array[]> {
  const { run, probe } = context;
  for (const { domain } of pairs) await run.wait(domain.pause());
  let missing = pairs.length;
  let release: () => void = () => {};
  const all = new Promise<void>((resolve) => {
    release = resolve;
  });
  for (const pair of pairs) {
    pair.sent = async () => {
      missing -= 1;
      if (missing === 0) release();
    };
  }
  const costs = Promise.all(pairs.map((pair) => costsOf(context, pair)));
  costs.catch(() => {});
  await run.wait(Promise.race([all, costs]));
  await run.wait(probe.unpause(pairs.map(({ domain }) => domain.domid)));
  const found = await costs;
  for (const pair of pairs) pair.sent = async () => {};
  return found;
}

/** Whether an error says that the host's memory is used up. */
export function isOutOfMemory(error: unknown): error is UserError {
  return error instanceof UserError && /memory/i.test(error.message);
}
