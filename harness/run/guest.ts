/**
 * A guest of the host that is not ours as a target: it is looked for, and read. It is paused, or its
 * events are listened to, only where that is allowed; it is never changed.
 */
import { UserError } from '../../infra/errors.ts';
import type { Guest } from '../../infra/testbed.ts';
import type { PageWalkOptions } from '../plan/page-walk/options.ts';
import type { ReadyTarget, TargetPause } from './benchmark.ts';
import { pauseTarget } from './domains.ts';
import { locate } from './locate.ts';
import type { RegionKind, TargetRegion } from './outcome.ts';
import type { RunState } from './state.ts';
import { watchOver } from './undisturbed.ts';

/** Sizes of pages by the levels that a walk reads less than there are. */
const PAGE_SIZES = ['4k', '2m', '1g'];

/** A guest that runs on. */
const RUNS_ON: TargetPause = { async off() {}, async on() {} };

/** What a result has to say of a guest that is not ours. */
const READ =
  "The guest is not ours, and what it holds is known only from reading it: the arms' readings are compared with the first one, and nobody asked for a writable mapping of it.";

/** And of one that was listened to. */
const LISTENED =
  'The guest that was listened to is not ours and was not prepared: the round trip of its events, what a monitor adds to it, and how many it executed are not known. These figures are the introspectors’ own, of a load that nobody controls.';

/** Of a guest of which no page is read. */
const NO_REGION: TargetRegion = {
  base: 0n,
  pages: 0,
  pageSize: '',
  batch: 0,
  digests: new Map(),
  isStranger: true,
};
/** And of pages that are a process's. */
const OF_A_PROCESS =
  'The pages are those of the process that vcpu 0 was in when it was looked for: which one that is, and whether it goes on, is not known.';

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

/** The kind of region that is asked for, and how it is asked for. */
function wantedOf({ pages, address, region }: PageWalkOptions) {
  if (address !== '') return { kind: 'address', job: { pages, base: BigInt(address) } } as const;
  return { kind: region, job: region === 'process' ? { pages, region } : { pages } } as const;
}

/** What helps when there are fewer pages in a row than are asked for. */
const FEWER: Readonly<Record<RegionKind, string>> = {
  kernel: 'or another --address',
  address: 'or another --address',
  process: 'or try again: vcpu 0 may be in another process',
};

/** A kernel that isolates its page tables shows little of itself then. */
const IN_USER_MODE =
  ', or try again: vcpu 0 was in user mode, where a guest that isolates its page tables shows little of its kernel';

/** @throws UserError when an earlier creation of the domains read pages of another size */
function checkSize({ facts }: RunState, { name }: Guest, size: string): void {
  const before = facts.region?.pageSize ?? size;
  if (size === before) return;
  throw new UserError(
    `${name} has pages of ${size} there now, and of ${before} when the run began: they are not one measurement.`,
    { advice: 'Ask for one creation of the domains (--domains 1), or say where: --address.' },
  );
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
  const demandUndisturbed = await watchOver(run, guest);
  const { kind, job } = wantedOf(options);
  const { base, pages, depth, cr3, levels, mode } = await locate(run, guest, job);
  const size = PAGE_SIZES[levels - depth] ?? `of depth ${depth}`;
  if (pages < options.pages) {
    throw new UserError(
      `${guest.name} has ${pages} pages in a row there (in pages of ${size}), not ${options.pages}.`,
      {
        kind: 'usage',
        advice: `Use --pages ${pages}, ${FEWER[kind]}${kind === 'kernel' && mode === 'user' ? IN_USER_MODE : ''}.`,
      },
    );
  }
  checkSize(run, guest, size);
  const region = {
    base,
    pages,
    pageSize: size,
    batch: options.batch,
    digests: new Map(),
    isStranger: true,
    kind,
    depth,
    space: { cr3, levels },
  };
  run.facts.region ??= region;
  for (const warning of [READ, ...(kind === 'process' ? [OF_A_PROCESS] : [])]) {
    if (!run.facts.warnings.includes(warning)) run.facts.warnings.push(warning);
  }
  progress.done(`${guest.name}: ${pages} pages at 0x${base.toString(16)}, in pages of ${size}`);
  return { domain: guest, region, pause, demandUndisturbed, tail: () => [] };
}

/**
 * Finds a guest that runs, to be listened to: no page of it is read, and it is not paused.
 * @throws UserError of kind `usage` when there is no such guest, or it does not run
 */
export async function openListenedGuest(run: RunState, name: string): Promise<ReadyTarget> {
  const { progress, testbed } = run.context;
  progress.step(`Looking for ${name}`);
  const guest = await run.wait(testbed.xen.guest(name));
  const state = await run.wait(guest.state());
  if (state !== 'running') {
    throw new UserError(`The guest ${guest.name} cannot be listened to: its state is ${state}.`, {
      kind: 'usage',
      advice: 'Events need a guest that runs: xl list.',
    });
  }
  const demandUndisturbed = await watchOver(run, guest);
  if (!run.facts.warnings.includes(LISTENED)) run.facts.warnings.push(LISTENED);
  progress.done(`${guest.name} runs`);
  return { domain: guest, region: NO_REGION, pause: RUNS_ON, demandUndisturbed, tail: () => [] };
}
