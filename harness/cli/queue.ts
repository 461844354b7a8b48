/**
 * Runs that travel: what a submitter asks for becomes a job, what a worker makes becomes a result here.
 */
import { hostname } from 'node:os';
import { Ajv } from 'ajv';
import { UserError } from '../../infra/errors.ts';
import { QueueConnection } from '../../infra/queue/connection.ts';
import type { QueuedJob } from '../../infra/queue/jobs.ts';
import { dropParcel, receiveFolder } from '../../infra/queue/parcel.ts';
import type { Handler } from '../../infra/queue/serve.ts';
import { submit } from '../../infra/queue/submit.ts';
import type { Progress } from '../../infra/testbed.ts';
import { toolFacts } from '../../results/host.ts';
import { takeIn } from '../../results/store/arrive.ts';
import { isResultId, resultId } from '../../results/store/id.ts';
import type { Measure } from '../fleet/side-by-side.ts';
import { LIST_OPTIONS, type RawRunOptions, SWITCH_OPTIONS, TEXT_OPTIONS } from '../plan/options.ts';
import type { SessionContext } from './session.ts';

/** This program as submitter and worker must have it alike: they plan and build by it. */
export async function release(): Promise<string> {
  const { version, commit } = await toolFacts();
  return commit === null ? version : `${version} (commit ${commit.slice(0, 12)})`;
}

/** What is asked for, and where results go. */
export interface Submitting {
  raw: RawRunOptions;
  tries: number;
  runs: string;
  signal: AbortSignal;
  progressOf(testbed: string): Progress;
}

/** Connects. @returns what measures by workers, until it is closed */
export async function openSubmitter(
  address: string,
  { raw, tries, runs, signal, progressOf }: Submitting,
): Promise<{ measure: Measure; close(): Promise<void> }> {
  const connection = await QueueConnection.open(address);
  const job: QueuedJob = { release: await release(), from: hostname(), order: { ...raw } };
  const measure: Measure = async (testbed) => {
    const progress = progressOf(testbed);
    const id = resultId(new Date());
    const done = await submit(connection, { testbed, id, job, tries }, { progress, signal });
    const folder = await takeIn(runs, id, (into) =>
      receiveFolder(connection.client, done.parcel, into, signal),
    );
    await dropParcel(connection.client, done.parcel);
    return { testbed, tries: done.tries, folder };
  };
  return { measure, close: () => connection.close() };
}

/** What the owner of a worker allows those who submit. */
export interface Allowed {
  allowPause?: boolean;
  allowEvents?: boolean;
  allowPolicyLoad?: boolean;
  allowTune?: boolean;
}

/** One run of a worker. @returns the folder of its result */
export type Attempting = (
  raw: RawRunOptions,
  id: string,
  context: Pick<SessionContext, 'progress' | 'signal'>,
) => Promise<string>;

/** Options as they travel. */
const ORDER_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  properties: {
    ...Object.fromEntries(TEXT_OPTIONS.map((name) => [name, { type: 'string' }])),
    ...Object.fromEntries(
      LIST_OPTIONS.map((name) => [name, { type: 'array', items: { type: 'string' } }]),
    ),
    ...Object.fromEntries(SWITCH_OPTIONS.map((name) => [name, { type: 'boolean' }])),
  },
};
const isOptions = new Ajv().compile<RawRunOptions>(ORDER_SCHEMA);

/** Options that name files: of the submitter's machine, and never to be opened on a worker's. */
const FILES = [
  'countingRule',
  'miniosImage',
  'testbeds',
] as const satisfies readonly (keyof RawRunOptions)[];

/** Makes of a job the options of a run. @throws UserError of kind usage for what is not done here */
function optionsOf(
  { order, release: theirs, from }: QueuedJob,
  ours: string,
  testbed: string,
  allowed: Allowed,
): RawRunOptions {
  if (theirs !== ours) {
    throw new UserError(
      `The worker on ${hostname()} is tinyvmi-bench ${ours}, and ${from} submits with ${theirs}.`,
      {
        kind: 'usage',
        advice: 'Bring both to the same commit: figures of two are not one result.',
      },
    );
  }
  if (!isOptions(order)) {
    const [error] = isOptions.errors ?? [];
    const { additionalProperty: name = '' } = error?.params ?? {};
    const where = error?.instancePath.slice(1) || name;
    throw new UserError(
      `The job is not one of tinyvmi-bench: its option ${where} ${error?.message}.`,
      { kind: 'usage' },
    );
  }
  const file = FILES.find((name) => order[name] !== undefined);
  if (file !== undefined) {
    throw new UserError(`The job names a file (${file}), and a worker opens its own alone.`, {
      kind: 'usage',
      advice: 'Leave that option out.',
    });
  }
  const { allowPause = false, allowEvents = false, allowPolicyLoad = false, tune = false } = order;
  for (const [option, asked, may] of [
    ['--allow-pause', allowPause, allowed.allowPause],
    ['--allow-events', allowEvents, allowed.allowEvents],
    ['--allow-policy-load', allowPolicyLoad, allowed.allowPolicyLoad],
    ['--allow-tune', tune, allowed.allowTune],
  ] as const) {
    if (!asked || may) continue;
    throw new UserError(`The worker of ${testbed} was started without ${option}.`, {
      kind: 'usage',
      advice: 'Ask for less, or have it started with that.',
    });
  }
  return { ...order, testbed };
}

/** What a worker does with a job: its own testbed, its own files, and nothing that it does not allow. */
export function workerHandler(
  ours: string,
  testbed: string,
  allowed: Allowed,
  attempt: Attempting,
): Handler {
  return (id, job, handling) => {
    const raw = optionsOf(job, ours, testbed, allowed);
    if (!isResultId(id)) {
      throw new UserError(`${id} is no name of a result.`, { kind: 'usage' });
    }
    return attempt(raw, id, handling);
  };
}
