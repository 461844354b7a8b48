/**
 * Drives a testbed through a plan: domains, jobs, checks, refusals, and undoing it all.
 */
import type { Arm } from '../../bench/words.ts';
import { UserError } from '../../infra/errors.ts';
import type { Domain, DomainSpec, Progress, Testbed } from '../../infra/testbed.ts';
import type { Plan, PlannedJob } from '../plan/plan.ts';
import { foldDigests } from '../protocol/digest.ts';
import type { Hello } from '../protocol/records.ts';
import { INTROSPECTOR_LABELS, type Introspector, openDomain, openProcess } from './introspector.ts';
import type { RunFacts, RunOutcome, TargetRegion } from './outcome.ts';
import type { Recorder } from './recorder.ts';
import { attemptRefusal, attempts } from './refusals.ts';
import { type CleanupProblem, Scope } from './scope.ts';
import { checkRegion, watchTarget } from './target.ts';
import { checkBatch, checkClocks, PageWalkAnswer } from './verify.ts';
import { settledUnlessAborted, unlessAborted } from './wait.ts';

/** Names the undoing of the whole testbed. */
const STOP = 'stop the testbed';

/** What a run needs besides its plan. */
export interface RunContext {
  testbed: Testbed;
  recorder: Recorder;
  progress: Progress;
  /** Fires when the user wants to stop. */
  signal: AbortSignal;
}

/** The error that an abort by the user becomes. */
export function interrupted(): UserError {
  return new UserError('Interrupted.', {
    kind: 'interrupted',
    advice: 'Everything that the run created was removed; nothing was written.',
  });
}

/**
 * Runs the plan. Never rejects: every ending is an outcome. Whatever was created is removed
 * before it resolves.
 */
export async function runPlan(plan: Plan, context: RunContext): Promise<RunOutcome> {
  const facts: RunFacts = {
    introspectors: [],
    digests: [],
    refusals: [],
    domains: [],
    consoles: {},
    warnings: [],
  };
  const run = new Run(plan, context, facts);
  const ended = await run.toEnd();
  const problems = await run.undo();
  for (const { what, error } of problems) {
    const text = `Could not ${what}: ${error instanceof Error ? error.message : String(error)}`;
    facts.warnings.push(text);
    context.progress.warn(`${text}. tinyvmi-bench clean removes what is left.`);
  }
  // A Ctrl-C reaches other processes too: what they did because of it is not what ended the run.
  const broken = ended.status === 'error' || ended.status === 'crash';
  if (broken && context.signal.aborted) {
    return { status: 'interrupted', facts, error: interrupted() };
  }
  return ended;
}

function asUserError(error: unknown): UserError {
  if (error instanceof UserError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new UserError(message, {
    cause: error,
    advice: 'tinyvmi-bench doctor checks the machine.',
  });
}

function outcomeOf(error: UserError, facts: RunFacts): RunOutcome {
  switch (error.kind) {
    case 'failure':
      return { status: 'failure', facts, reason: error.message };
    case 'skipped':
      return { status: 'skipped', facts, reason: error.message };
    case 'crash':
    case 'interrupted':
      return { status: error.kind, facts, error };
    default:
      return { status: 'error', facts, error };
  }
}

class Run {
  readonly #plan: Plan;
  readonly #context: RunContext;
  readonly #facts: RunFacts;
  readonly #scope = new Scope();
  /** Fires with a UserError when the run cannot go on, whatever it waits for. */
  readonly #fault = new AbortController();
  /** Fires when the domains are about to be taken down: their end is no fault then. */
  readonly #closing = new AbortController();
  #lost = false;
  /** Milliseconds that a call has to undo itself: none on a host that is gone. */
  readonly #grace = () => (this.#lost ? 0 : 15_000);

  constructor(plan: Plan, context: RunContext, facts: RunFacts) {
    this.#plan = plan;
    this.#context = context;
    this.#facts = facts;
  }

  async toEnd(): Promise<RunOutcome> {
    const { signal } = this.#context;
    const stop = () => this.#fault.abort(interrupted());
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    try {
      await this.#steps();
      const granted = this.#facts.refusals.filter((refusal) => refusal.outcome === 'granted');
      if (granted.length === 0) return { status: 'success', facts: this.#facts };
      const what = granted.map((refusal) => `${refusal.meaning} and gets it`).join('; ');
      return { status: 'failure', facts: this.#facts, reason: `FLASK did not refuse: ${what}.` };
    } catch (error) {
      const first = this.#fault.signal.aborted ? this.#fault.signal.reason : error;
      return outcomeOf(asUserError(first), this.#facts);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  /** Takes everything down, last first. @returns what could not be; of a lost host only the host */
  async undo(): Promise<CleanupProblem[]> {
    this.#closing.abort();
    const problems = await this.#scope.close();
    return this.#lost ? problems.filter(({ what }) => what === STOP) : problems;
  }

  async #steps(): Promise<void> {
    const { testbed, progress } = this.#context;
    const { domains } = this.#plan;
    await this.#startTestbed();

    progress.step('Starting the target');
    const target = await this.#create(domains.target);
    const region = await this.#awaitTarget(target);
    progress.done(`Target ready: ${region.pages} pages at 0x${region.base.toString(16)}`);

    // Paused from here on: measured as it is, and no burden to the domains that start beside it.
    await this.#pause(target);

    progress.step('Starting the introspector, the bystander and the unlabelled domain');
    const introspector = await this.#create(domains.introspector);
    const bystander = await this.#create(domains.bystander);
    const unlabelled = await this.#create(domains.unlabelled);
    progress.done('Domains ready');

    const minios = openDomain(introspector, INTROSPECTOR_LABELS.minios, this.#surroundings());
    await this.#measure(await this.#openArms(minios), target, region);

    progress.step('Asking for what must be refused');
    const stranger = openDomain(unlabelled, 'The unlabelled domain', this.#surroundings());
    const requests = attempts({
      introspector: { introspector: minios, domain: introspector },
      unlabelled: { introspector: stranger, domain: unlabelled },
      target,
      bystander,
    });
    for (const request of requests) {
      progress.detail(request.meaning);
      const result = await attemptRefusal(request, testbed.xen, this.#fault.signal);
      this.#facts.refusals.push(result);
    }
    const refused = this.#facts.refusals.filter((refusal) => refusal.outcome === 'refused').length;
    progress.done(`${refused} of ${requests.length} requests refused by FLASK`);
    this.#facts.consoles.xen = await unlessAborted(testbed.xen.console(), this.#fault.signal);
  }

  async #startTestbed(): Promise<void> {
    const { testbed } = this.#context;
    this.#scope.defer(STOP, () => testbed.stop(), 60_000);
    testbed.lost.then((reason) => {
      this.#lost = true;
      this.#fault.abort(
        new UserError(`The testbed was lost: ${reason}`, {
          advice: 'Run again; tinyvmi-bench doctor checks the machine.',
        }),
      );
    });
    const { signal } = this.#fault;
    await settledUnlessAborted(testbed.start(signal), signal, async () => {}, this.#grace);
    const capabilities = await unlessAborted(testbed.capabilities(), signal);
    this.#facts.capabilities = capabilities;
    if (capabilities.xen.flask !== 'enforcing') {
      throw new UserError(
        `FLASK is ${capabilities.xen.flask} on this Xen: what must be refused would be granted.`,
        { kind: 'skipped', advice: 'Boot a Xen with XSM and flask=enforcing.' },
      );
    }
  }

  async #create(spec: DomainSpec): Promise<Domain> {
    const { signal } = this.#fault;
    const { xen } = this.#context.testbed;
    const destroy = async (domain: Domain) => {
      if (!this.#lost) await domain.destroy();
    };
    const domain = await settledUnlessAborted(
      xen.createDomain(spec, signal),
      signal,
      destroy,
      this.#grace,
    );
    this.#scope.defer(`destroy the domain ${domain.name}`, () => destroy(domain));
    this.#facts.domains.push({ name: domain.name, domid: domain.domid, spec: { ...spec } });
    return domain;
  }

  async #awaitTarget(target: Domain): Promise<TargetRegion> {
    const { options } = this.#plan;
    const silenceMs = Math.max(options.timeout, 60) * 1000 + options.pages * 2;
    const watched = watchTarget(target, silenceMs, this.#closing.signal);
    const gone = async () => {
      if (this.#closing.signal.aborted || this.#lost) return;
      const state = await target.state().catch(() => 'unknown');
      const tail = watched
        .tail()
        .slice(-8)
        .map((line) => `\n  | ${line}`)
        .join('');
      this.#fault.abort(
        new UserError(`The target died (state: ${state}).${tail}`, {
          kind: 'crash',
          advice: 'Nothing was written. Run again to see whether it recurs.',
        }),
      );
    };
    const region = await unlessAborted(watched.ready, this.#fault.signal);
    watched.ended.then(gone, gone);
    this.#facts.region = region;
    checkRegion(region, options);
    this.#scope.defer("keep the target's console", async () => {
      this.#facts.consoles.target = watched.tail().join('\n');
    });
    return region;
  }

  async #pause(target: Domain): Promise<void> {
    await unlessAborted(target.pause(), this.#fault.signal);
    this.#scope.defer('resume the target', async () => {
      if (!this.#lost && (await target.alive())) await target.unpause();
    });
  }

  #surroundings() {
    return { silenceMs: this.#plan.options.timeout * 1000, signal: this.#fault.signal };
  }

  async #openArms(minios: Introspector): Promise<Map<Arm, Introspector>> {
    const arms = new Map<Arm, Introspector>();
    for (const arm of this.#plan.options.arms) {
      if (arm === 'minios') {
        arms.set(arm, minios);
      } else if (arm === 'dom0') {
        const opening = openProcess(
          this.#context.testbed,
          INTROSPECTOR_LABELS.dom0,
          this.#surroundings(),
        );
        const kill = async ({ process }: Awaited<typeof opening>) => {
          if (!this.#lost) await process.kill();
        };
        const opened = await settledUnlessAborted(opening, this.#fault.signal, kill, this.#grace);
        this.#scope.defer('end the Dom0 introspector', () => kill(opened));
        arms.set(arm, opened.introspector);
      } else {
        throw new UserError(`The arm ${arm} is not available on this testbed.`);
      }
    }
    return arms;
  }

  async #measure(
    arms: Map<Arm, Introspector>,
    target: Domain,
    region: TargetRegion,
  ): Promise<void> {
    const { progress } = this.#context;
    const { jobs, options } = this.#plan;
    const read = new Map<Arm, Map<number, string>>(options.arms.map((arm) => [arm, new Map()]));
    const hellos = new Map<Arm, Hello>();
    progress.step(`Measuring: ${jobs.length} jobs`);
    for (const job of jobs) {
      progress.detail(
        `block ${job.block + 1} of ${options.blocks}, job ${job.order + 1} of ${jobs.length}: ${job.arm}, ${job.state}`,
      );
      const introspector = arms.get(job.arm) as Introspector;
      const hello = await this.#job(job, introspector, target, region, read.get(job.arm));
      if (!hellos.has(job.arm)) {
        hellos.set(job.arm, hello);
        this.#facts.introspectors.push({ arm: job.arm, hello });
        checkClocks(this.#facts.introspectors);
      }
    }
    const firsts = [...region.digests.keys()]
      .filter((first) => first < options.pages)
      .sort((a, b) => a - b);
    const expected = foldDigests(firsts.map((first) => region.digests.get(first)?.digest ?? ''));
    for (const [arm, digests] of read) {
      const digest = foldDigests(firsts.map((first) => digests.get(first) ?? ''));
      this.#facts.digests.push({ arm, digest, expected, batches: firsts.length });
    }
    progress.done(`Measured; every batch of ${options.arms.join(' and ')} read the target's bytes`);
  }

  async #job(
    job: PlannedJob,
    introspector: Introspector,
    target: Domain,
    region: TargetRegion,
    read: Map<number, string> | undefined,
  ): Promise<Hello> {
    const { options } = this.#plan;
    const answer = new PageWalkAnswer(this.#plan, async (index, batch, samples) => {
      checkBatch(this.#plan, job, region, index, batch, samples);
      read?.set(batch.first, batch.digest);
      await this.#context.recorder.record({ boot: 0, job, batch, samples });
    });
    try {
      await introspector.ask(
        {
          workload: 'page-walk',
          domid: target.domid,
          type: options.target,
          state: job.state,
          base: region.base,
          pages: options.pages,
          batch: options.batch,
          depth: this.#plan.depth,
          repeat: options.repeat,
          warmup: options.warmup,
        },
        (record) => answer.add(record),
      );
      return answer.end();
    } catch (error) {
      await this.#blameTarget(target);
      throw error;
    }
  }

  /** A job that fails because the target is gone is the target's fault. */
  async #blameTarget(target: Domain): Promise<void> {
    if (this.#lost || this.#fault.signal.aborted) return;
    const alive = await unlessAborted(target.alive(), this.#fault.signal).catch(() => true);
    if (alive) return;
    const state = await target.state().catch(() => 'unknown');
    throw new UserError(`The target died in mid-run (state: ${state}).`, {
      kind: 'crash',
      advice: 'Nothing was written. Run again to see whether it recurs.',
    });
  }
}
