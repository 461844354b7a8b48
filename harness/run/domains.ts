/**
 * The host and the domains of a run: started, watched, paused.
 */
import { messageOf, UserError } from '../../infra/errors.ts';
import type { Domain, DomainSpec } from '../../infra/testbed.ts';
import { quoteTail } from './lines.ts';
import type { TargetRegion } from './outcome.ts';
import type { RunState } from './state.ts';
import { checkRegion, watchTarget } from './target.ts';

/** Least silence of a target that boots, and how much more each page allows, in milliseconds. */
const BOOT_SILENCE_MS = 300_000;
const SILENCE_PER_PAGE_MS = 5;

/**
 * Brings the host up.
 * @throws UserError `skipped` when its Xen enforces no FLASK policy
 */
export async function startTestbed(run: RunState): Promise<void> {
  const { testbed } = run.context;
  run.own(testbed);
  await run.make(testbed.start(run.fault), async () => {});
  const capabilities = await run.wait(testbed.capabilities());
  run.facts.capabilities = capabilities;
  if (capabilities.xen.flask !== 'enforcing') {
    throw new UserError(
      `FLASK is ${capabilities.xen.flask} on this Xen: what must be refused would be granted.`,
      { kind: 'skipped', advice: 'Boot a Xen with XSM and flask=enforcing.' },
    );
  }
}

/** Creates a domain, which is destroyed at the end. */
export async function createDomain(run: RunState, spec: DomainSpec): Promise<Domain> {
  const destroy = async (domain: Domain) => {
    if (!run.lost) await domain.destroy();
  };
  const domain = await run.make(run.context.testbed.xen.createDomain(spec, run.fault), destroy);
  run.defer(`destroy the domain ${domain.name}`, () => destroy(domain));
  run.facts.domains.push({
    name: domain.name,
    domid: domain.domid,
    spec: { ...spec },
    config: domain.config,
  });
  return domain;
}

/** The error that a dead target is. */
async function targetDied(target: Domain, tail: readonly string[] = []): Promise<UserError> {
  const state = await target.state().catch(() => 'unknown');
  return new UserError(`The target died in mid-run (state: ${state}).${quoteTail(tail)}`, {
    kind: 'crash',
    advice: 'Nothing was written. Run again to see whether it recurs.',
  });
}

/** Waits for the target's report, and watches over it from then on. */
export async function awaitTarget(run: RunState, target: Domain): Promise<TargetRegion> {
  const { options, facts } = run;
  const silenceMs =
    Math.max(options.timeout * 1000, BOOT_SILENCE_MS) + options.pages * SILENCE_PER_PAGE_MS;
  const watched = watchTarget(target, silenceMs, run.closing);
  const gone = async () => {
    if (run.closing.aborted || run.lost) return;
    run.fail(await targetDied(target, watched.tail()));
  };
  const unwatched = (error: unknown) => {
    if (run.closing.aborted || run.lost) return;
    run.fail(
      new UserError(`The target's console was lost: ${messageOf(error)}`, {
        advice: 'Run again; tinyvmi-bench doctor checks the machine.',
      }),
    );
  };
  const region = await run.wait(watched.ready);
  watched.ended.then(gone, unwatched);
  facts.region = region;
  checkRegion(region, options);
  run.defer("keep the target's console", async () => {
    facts.consoles.target = watched.tail().join('\n');
  });
  return region;
}

/** Pauses the target until the end of the run. */
export async function pauseTarget(run: RunState, target: Domain): Promise<void> {
  await run.wait(target.pause());
  run.defer('resume the target', async () => {
    if (!run.lost && (await target.alive())) await target.unpause();
  });
}

/**
 * For whoever got no answer: a job that fails because the target is gone is the target's fault.
 * @throws UserError `crash` when it is gone
 */
export async function blameTarget(run: RunState, target: Domain): Promise<void> {
  if (run.lost || run.fault.aborted) return;
  const alive = await run.wait(target.alive()).catch(() => true);
  if (!alive) throw await targetDied(target);
}
