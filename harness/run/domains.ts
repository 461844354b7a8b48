/**
 * The host and the domains of a run: started, watched, paused.
 */
import { messageOf, UserError } from '../../infra/errors.ts';
import type { CreationOptions, Domain, DomainSpec, Guest } from '../../infra/testbed.ts';
import type { Creation, SpecOf } from '../plan/plan.ts';
import type { ReadyTarget, TargetPause } from './benchmark.ts';
import { lastWords } from './last-words.ts';
import { demandPrivilege } from './privilege.ts';
import { demandSameHost } from './same-host.ts';
import type { RunState } from './state.ts';
import { checkRegion, watchTarget } from './target.ts';

/** Least silence of a target that boots, and how much more each page allows, in milliseconds. */
const BOOT_SILENCE_MS = 300_000;
const SILENCE_PER_PAGE_MS = 5;

/**
 * Brings the host up.
 * @throws UserError `skipped` when its Xen does not give what the run's privilege needs
 */
export async function startTestbed(run: RunState): Promise<void> {
  const { testbed } = run.context;
  run.own(testbed);
  await run.make(testbed.start(run.fault), async () => {});
  const capabilities = await run.wait(testbed.capabilities());
  if (run.life.host !== undefined) demandSameHost(run.life.host, capabilities);
  const { start, ...host } = capabilities;
  run.facts.capabilities = host;
  if (start !== undefined) run.facts.starts.push({ boot: run.life.boot, start });
  demandPrivilege(run, capabilities);
}

/** Creates a domain, which is destroyed at the end. */
export async function createDomain(
  run: RunState,
  spec: DomainSpec,
  options?: CreationOptions,
): Promise<Domain> {
  const destroy = async (domain: Domain) => {
    if (!run.isOver) await domain.destroy();
  };
  const domain = await run.make(
    run.context.testbed.xen.createDomain(spec, run.fault, options),
    destroy,
  );
  run.defer(`destroy the domain ${domain.name}`, () => destroy(domain));
  const { boot, domain: creation } = run.place;
  run.facts.domains.push({
    boot,
    creation,
    name: domain.name,
    domid: domain.domid,
    spec: { ...spec },
    config: domain.config,
  });
  return domain;
}

/** The error that a dead target is. */
export async function targetDied(
  run: RunState,
  target: Guest,
  tail: readonly string[],
  cause?: unknown,
): Promise<UserError> {
  const state = await target.state().catch(() => 'unknown');
  const words = await lastWords(run.context.testbed, tail);
  const told = cause === undefined ? '' : ` ${messageOf(cause).split('\n', 1)[0]}`;
  return new UserError(`The target died in mid-run (state: ${state}).${told}${words}`, {
    kind: 'crash',
    cause,
    advice: 'Run again to see whether it recurs.',
  });
}

/** Name of a target's console in a result: that of the first life and creation has no numbers. */
function consoleName({ name }: Domain, { boot, domain }: Creation): string {
  const role = name.replace(/^tv-/, '');
  return boot === 0 && domain === 0 ? role : `${role}-${boot}-${domain}`;
}

/** Waits for the target's report, and watches over it from then on. */
async function awaitTarget(
  run: RunState,
  target: Domain,
  spec: SpecOf<'target'>,
): Promise<Pick<ReadyTarget, 'region' | 'tail'>> {
  const { facts, closing } = run;
  const { boot, domain } = run.place;
  const silenceMs = Math.max(run.silenceMs, BOOT_SILENCE_MS) + spec.pages * SILENCE_PER_PAGE_MS;
  const watched = watchTarget(target, silenceMs, closing);
  const gone = async () => {
    if (closing.aborted || run.lost) return;
    run.fail(await targetDied(run, target, watched.tail()));
  };
  const unwatched = (error: unknown) => {
    if (closing.aborted || run.lost) return;
    run.fail(
      new UserError(`The target's console was lost: ${messageOf(error)}`, {
        advice: 'Run again; tinyvmi-bench doctor checks the machine.',
      }),
    );
  };
  const region = await run.wait(watched.ready);
  watched.ended.then(gone, unwatched);
  facts.region ??= region;
  checkRegion(region, spec);
  run.defer("keep the target's console", async () => {
    facts.consoles[consoleName(target, { boot, domain })] = watched.tail().join('\n');
  });
  return { region, tail: watched.tail };
}

/** A target's pause, kept count of: Xen counts pauses, and takes no unpause too many. */
export async function pauseTarget(run: RunState, target: Guest): Promise<TargetPause> {
  await run.wait(target.pause());
  let paused = true;
  run.defer('resume the target', async () => {
    if (paused && !run.isOver && (await target.state()) === 'paused') await target.unpause();
  });
  return {
    async off() {
      await run.wait(target.unpause());
      paused = false;
    },
    async on() {
      await run.wait(target.pause());
      paused = true;
    },
  };
}

/** Creates a target, waits for its report, and pauses it: as it is measured, and no burden to others. */
export async function createTarget(run: RunState, spec: SpecOf<'target'>): Promise<ReadyTarget> {
  const { progress } = run.context;
  progress.step('Starting the target');
  const domain = await createDomain(run, spec);
  const { region, tail } = await awaitTarget(run, domain, spec);
  progress.done(`Target ready: ${region.pages} pages at 0x${region.base.toString(16)}`);
  return { domain, region, tail, pause: await pauseTarget(run, domain) };
}

/**
 * For whoever got no answer: a job that fails because the target is gone is the target's fault.
 * @param cause why there was no answer
 * @throws UserError `crash` when it is gone
 */
export async function blameTarget(
  run: RunState,
  { domain, tail }: Pick<ReadyTarget, 'domain' | 'tail'>,
  cause?: unknown,
): Promise<void> {
  if (run.lost || run.fault.aborted) return;
  const alive = await run.wait(domain.alive()).catch(() => true);
  if (!alive) throw await targetDied(run, domain, tail(), cause);
}
