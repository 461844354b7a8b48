/**
 * A guest of the host that is not ours as a target: it is looked for, and read. It is paused only
 * where that is allowed; it is never given events, and never changed.
 */
import { UserError } from '../../infra/errors.ts';
import type { Guest } from '../../infra/testbed.ts';
import type { PageWalkOptions } from '../plan/page-walk/options.ts';
import type { ReadyTarget, TargetPause } from './benchmark.ts';
import { pauseTarget } from './domains.ts';
import { locate } from './locate.ts';
import type { RunState } from './state.ts';

/** Sizes of pages by the levels that a walk reads less than there are. */
const PAGE_SIZES = ['4k', '2m', '1g'];

/** A guest that runs on. */
const RUNS_ON: TargetPause = { async off() {}, async on() {} };

/** What a result has to say of a guest that is not ours. */
const WARNING =
  "The guest is not ours, and what it holds is known only from reading it: the arms' readings are compared with the first one, and nobody asked for a writable mapping of it.";

/** Pauses a guest where that is allowed, and where its owner has not. */
async function hold(run: RunState, guest: Guest, allowed: boolean): Promise<TargetPause> {
  const state = await run.wait(guest.state());
  if (state === 'paused') return RUNS_ON;
  if (state !== 'running') {
    throw new UserError(`The guest ${guest.name} cannot be read: its state is ${state}.`, {
      kind: 'usage',
      advice: 'Name one that runs: xl list.',
    });
  }
  return allowed ? pauseTarget(run, guest) : RUNS_ON;
}

/**
 * Finds the guest and pages in it.
 * @throws UserError of kind `usage` when there is no such guest, or not as many pages in a row
 */
export async function openGuest(run: RunState, options: PageWalkOptions): Promise<ReadyTarget> {
  const { progress, testbed } = run.context;
  progress.step(`Looking for pages of ${options.guest}`);
  const guest = await run.wait(testbed.xen.guest(options.guest));
  const pause = await hold(run, guest, options.allowPause);
  const { base, pages, depth, cr3, levels } = await locate(run, guest, {
    pages: options.pages,
    ...(options.address === '' ? {} : { base: BigInt(options.address) }),
  });
  const size = PAGE_SIZES[levels - depth] ?? `of depth ${depth}`;
  if (pages < options.pages) {
    throw new UserError(
      `${guest.name} has ${pages} pages in a row there (in pages of ${size}), not ${options.pages}.`,
      { kind: 'usage', advice: `Use --pages ${pages}, or another --address.` },
    );
  }
  const region = {
    base,
    pages,
    pageSize: size,
    batch: options.batch,
    digests: new Map(),
    isStranger: true,
    depth,
    space: { cr3, levels },
  };
  run.facts.region ??= region;
  if (!run.facts.warnings.includes(WARNING)) run.facts.warnings.push(WARNING);
  progress.done(`${guest.name}: ${pages} pages at 0x${base.toString(16)}, in pages of ${size}`);
  return { domain: guest, region, pause, tail: () => [] };
}
