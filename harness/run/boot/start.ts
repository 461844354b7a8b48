/**
 * Starts an introspector whose first job waits for it, and takes its readings.
 */
import { UserError } from '../../../infra/errors.ts';
import { runOnInput } from '../../../infra/linux/watched-process.ts';
import type { Domain, Probe } from '../../../infra/testbed.ts';
import type { BootPlan } from '../../plan/boot/plan.ts';
import type { DomainArm } from '../../plan/introspectors.ts';
import type { PlannedJob } from '../../plan/plan.ts';
import { ProtocolError } from '../../protocol/errors.ts';
import { encodeJob } from '../../protocol/job.ts';
import type { LifeStamps, ProtocolRecord } from '../../protocol/records.ts';
import { surroundings } from '../arms.ts';
import { noteHello } from '../clocks.ts';
import { createDomain } from '../domains.ts';
import { INTROSPECTOR_LABELS, openDomain } from '../introspector.ts';
import { askPages, pageWalkJob, type ReadTarget } from '../page-walk/ask.ts';
import { answersIn, checkRecords } from '../page-walk/recorded.ts';
import type { RunState } from '../state.ts';
import type { Start } from './stages.ts';

/** The first page is read with nothing mapped and nothing remembered. */
const ONE_PAGE = { pages: 1, batch: 1, repeat: 1, warmup: 0 };

const DOM0_ID = 0;

/** What every start needs. */
export interface StartContext {
  run: RunState;
  plan: BootPlan;
  probe: Probe;
  /** The target, as if it had one page. */
  target: ReadTarget;
}

function jobOf(run: RunState, arm: Start['arm'], repeat: number): PlannedJob<'cold'> {
  return { ...run.place, order: repeat, block: 0, arm, state: 'cold' };
}

/** The one record of stamps. @throws ProtocolError when there is none */
function stampsIn(records: readonly ProtocolRecord[]): LifeStamps['at'] {
  const found = records.find((record) => record.type === 'L');
  if (found === undefined) throw new ProtocolError('missing', 'No record of stamps arrived.');
  return found.at;
}

/** Host readings of a creation that asked for them. */
function buildNs({ built }: Domain): bigint {
  if (built === undefined) throw new Error('the host was not read while the domain was built');
  return built.after.ranNs - built.before.ranNs;
}

/**
 * Creates a domain, lets it run once its job is there, and destroys it again.
 * @throws UserError `crash` with the end of its console when it does not come up
 */
export async function startDomain(
  { run, plan, probe, target }: StartContext,
  arm: DomainArm,
  repeat: number,
): Promise<Start> {
  const label = INTROSPECTOR_LABELS[arm];
  const ordered = performance.now();
  const domain = await createDomain(run, plan.introspectors[arm], { paused: true });
  let released: bigint | undefined;
  const listening = new AbortController();
  const around = surroundings(run);
  const signal = AbortSignal.any([around.signal, listening.signal]);
  const introspector = openDomain(domain, label, { ...around, signal }, async () => {
    released ??= await probe.unpause([domain.domid]);
  });
  const job = jobOf(run, arm, repeat);
  const hello = await askPages(
    ...([run, introspector, plan.pageWalk, job, ONE_PAGE, target] as const),
    () => {},
  );
  const wallMs = performance.now() - ordered;
  const after = await run.wait(probe.state(domain.domid));
  const records: ProtocolRecord[] = [];
  await introspector.ask({ workload: 'stamps' }, (record) => void records.push(record));
  noteHello(run, arm, hello);
  listening.abort();
  await run.wait(domain.destroy());
  return {
    ...{ arm, repeat, stamps: stampsIn(records), seen: after.clock },
    ...(released === undefined ? {} : { released }),
    ...{ ownNs: after.ranNs, buildNs: buildNs(domain), wallMs, frequency: hello.frequency },
  };
}

/**
 * Runs the introspector as a process of Dom0 that finds its jobs on its standard input.
 * @throws UserError with its last words when it fails
 */
export async function startProcess(
  { run, plan, probe, target }: StartContext,
  repeat: number,
): Promise<Start> {
  const { testbed } = run.context;
  const job = jobOf(run, 'dom0', repeat);
  const jobs = [
    pageWalkJob(plan.pageWalk, job.state, ONE_PAGE, target),
    { workload: 'stamps' } as const,
  ];
  const input = jobs.map((each, index) => `${encodeJob(index + 1, each)}\n`).join('');
  const program = [probe.path, 'start', testbed.introspectorPath];
  const ordered = performance.now();
  const { exitCode, stdout, stderr } = await run.wait(
    runOnInput(testbed, program, { input, timeoutMs: run.silenceMs }),
  );
  const wallMs = performance.now() - ordered;
  if (exitCode !== 0) {
    const words = stderr.trim().split('\n').at(-1) ?? '';
    throw new UserError(`${INTROSPECTOR_LABELS.dom0} ended with exit code ${exitCode}: ${words}`, {
      kind: 'crash',
    });
  }
  const { clock } = await run.wait(probe.state(DOM0_ID));
  const [pages = [], stamps = []] = await answersIn(stdout, jobs.length);
  const hello = await checkRecords(plan.pageWalk, job, ONE_PAGE, target, pages);
  noteHello(run, 'dom0', hello);
  const { frequency } = hello;
  return { arm: 'dom0', repeat, stamps: stampsIn(stamps), seen: clock, wallMs, frequency };
}
