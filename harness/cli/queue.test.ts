/** Runs by workers: the submitter has the result that it would have had without them. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { UserError } from '../../infra/errors.ts';
import { QueueConnection } from '../../infra/queue/connection.ts';
import { serve } from '../../infra/queue/serve.ts';
import { startRedis } from '../../infra/queue/testing/redis-server.ts';
import { SILENT } from '../../infra/testing/silent.ts';
import { RecordedProgress, temporaryFolder } from '../../infra/testing/support.ts';
import { readResult } from '../../results/store/reader.ts';
import { sampleResult } from '../../results/testing/sample-result.ts';
import type { RawRunOptions } from '../plan/options.ts';
import { makeSuite } from '../plan/suite.ts';
import { fakeCodeBase } from '../run/testing/fake-code-base.ts';
import { FakeTestbed } from '../run/testing/fake-testbed.ts';
import { runKept } from './attempt.ts';
import { type Allowed, type Attempting, openSubmitter, release, workerHandler } from './queue.ts';

const TESTBED = 'lab';
const RAW: RawRunOptions = {
  bench: ['page-walk'],
  state: ['cold', 'warm'],
  protocol: 'v1',
  pages: '12',
  batch: '5',
  blocks: '2',
};
const FAKE_WORKER = fileURLToPath(new URL('testing/fake-worker.ts', import.meta.url));

let redis: string;
let runs: string;
let workerRuns: string;

beforeEach(async () => {
  redis = (await startRedis({ requirepass: 'queue-secret' })).url.replace('//', '//:queue-secret@');
  runs = await temporaryFolder();
  workerRuns = await temporaryFolder();
});

/** What a worker without Xen does with a job. */
const attempt: Attempting = (raw, id, handling) =>
  runKept(makeSuite(raw), raw, id, {
    ...handling,
    newTestbed: async () => new FakeTestbed({}),
    codeBase: fakeCodeBase,
    runs: workerRuns,
  });

async function work({ ours = '', allowed = {} as Allowed } = {}): Promise<void> {
  const connection = await QueueConnection.open(redis);
  const control = new AbortController();
  const handler = workerHandler(ours || (await release()), TESTBED, allowed, attempt);
  const service = { testbed: TESTBED, alone: true, leaseMs: 3000 };
  const { signal } = control;
  const served = serve(connection, service, handler, { progress: SILENT, signal });
  onTestFinished(async () => {
    control.abort();
    await served;
    await connection.close();
  });
}

async function run(raw = RAW, progress = new RecordedProgress()) {
  const submitter = await openSubmitter(redis, {
    raw,
    tries: 1,
    runs,
    signal: new AbortController().signal,
    progressOf: () => progress,
  });
  onTestFinished(() => submitter.close());
  return submitter.measure(TESTBED);
}

/** The tables of a result, without what is another in every run. */
async function tables(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.csv')).sort();
  const texts = names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')]);
  return Object.fromEntries(await Promise.all(texts));
}

describe('a run by a worker', () => {
  it('gives the result of a run without one, and leaves nothing in the queue', async () => {
    await work();
    const { folder = '', tries } = await run();
    expect(tries).toBe(1);
    const { summary, manifest } = await readResult(folder);
    const here = await readResult(await sampleResult(await temporaryFolder(), RAW));
    expect(summary).toEqual(here.summary);
    expect(manifest.options).toEqual({ ...here.manifest.options, testbed: TESTBED });
    expect(await tables(folder)).toEqual(await tables(here.folder));
    expect(await readdir(runs)).toEqual([manifest.id]);
    expect(await readdir(workerRuns)).toEqual([manifest.id]);
    const connection = await QueueConnection.open(redis);
    expect(await connection.client.keys('*parcel*')).toEqual([]);
    await connection.close();
    for (const name of await readdir(folder)) {
      expect(await readFile(join(folder, name), 'latin1')).not.toContain('queue-secret');
    }
  });

  it('of another version is one clear error', async () => {
    await work({ ours: '0.0.1' });
    await expect(run()).rejects.toThrow(
      expect.objectContaining({
        kind: 'usage',
        message: expect.stringMatching(/is tinyvmi-bench 0\.0\.1, and .* submits with \d/),
      }),
    );
    expect(await readdir(runs)).toEqual([]);
  });

  it.each([
    ['allowPause', '--allow-pause'],
    ['allowEvents', '--allow-events'],
    ['allowPolicyLoad', '--allow-policy-load'],
    ['tune', '--allow-tune'],
  ])('does what its owner allows: %s', async (name, option) => {
    await work();
    await expect(run({ ...RAW, [name]: true })).rejects.toThrow(`was started without ${option}`);
  });

  it.each([
    [{ out: '/etc' }, 'its option out'],
    [{ pages: 12 }, 'its option pages must be string'],
    [{ bench: 'events' }, 'its option bench must be array'],
    [{ allowPause: 'yes' }, 'its option allowPause must be boolean'],
  ])('that is none is refused: %j', async (order, why) => {
    await work();
    await expect(run({ ...RAW, ...order } as unknown as RawRunOptions)).rejects.toThrow(
      expect.objectContaining({ kind: 'usage', message: expect.stringContaining(why) }),
    );
  });

  it('that is wrong is refused with the option that is', async () => {
    await work();
    await expect(run({ ...RAW, pages: 'many' })).rejects.toThrow('--pages many');
  });

  it('that came damaged is no result', async () => {
    const whole = await sampleResult(workerRuns, RAW);
    const damaged: Attempting = async () => {
      await writeFile(join(whole, 'samples.csv'), 'boot,domain\n');
      return whole;
    };
    const connection = await QueueConnection.open(redis);
    const control = new AbortController();
    const served = serve(
      connection,
      { testbed: TESTBED, alone: true },
      workerHandler(await release(), TESTBED, {}, damaged),
      { progress: SILENT, signal: control.signal },
    );
    await expect(run()).rejects.toThrow('samples.csv was changed after the run');
    expect(await readdir(runs)).toEqual([]);
    control.abort();
    await served;
    await connection.close();
  });
});

describe('a worker that is killed in mid-job', () => {
  it.each([
    ['job:3', 2],
    ['console', 1],
  ])(
    'at %s loses nothing: the next one goes on',
    async (stage, lives) => {
      const dying = execa(
        'node',
        ['--import', 'tsx', FAKE_WORKER, redis, TESTBED, workerRuns, stage],
        { reject: false },
      );
      const progress = new RecordedProgress();
      const running = run(RAW, progress);
      const { signal } = await dying;
      expect(signal).toBe('SIGKILL');
      const left = (await readdir(workerRuns)).filter((name) => name.startsWith('.campaign-'));
      expect(left).toHaveLength(1);
      expect(await readdir(runs)).toEqual([]);
      await work();
      const { folder = '', tries } = await running;
      expect(tries).toBe(1);
      expect(progress.lines).toContain('warn its worker is gone; the job waits for another one');
      const { summary, manifest } = await readResult(folder);
      expect(manifest.lives).toBe(lives);
      expect(summary.status).toBe('success');
      const here = await sampleResult(await temporaryFolder(), RAW);
      const rows = async (from: string) =>
        ((await tables(from))['samples.csv'] ?? '').split('\n').length;
      expect(await rows(folder)).toBe(await rows(here));
    },
    40_000,
  );
});

it('a wrong address is told without its password', async () => {
  const error = await openSubmitter('redis://:queue-secret@127.0.0.1:1', {
    raw: RAW,
    tries: 1,
    runs,
    signal: new AbortController().signal,
    progressOf: () => SILENT,
  }).catch((caught) => caught);
  expect(error).toBeInstanceOf(UserError);
  expect(`${error.message} ${error.advice}`).not.toContain('queue-secret');
});
