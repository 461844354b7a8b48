/** Submitters and workers, on a real Redis. */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open as openFile, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { execa } from 'execa';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { UserError } from '../errors.ts';
import { SILENT } from '../testing/silent.ts';
import { RecordedProgress, temporaryFolder } from '../testing/support.ts';
import { QueueConnection } from './connection.ts';
import { decodeFailure, demandJob, type QueuedJob, showTold } from './jobs.ts';
import { dropParcel, isParcel, receiveFolder, sendFolder } from './parcel.ts';
import { type Handler, serve } from './serve.ts';
import { type Done, submit } from './submit.ts';
import { startRedis, type TestRedis } from './testing/redis-server.ts';

const TESTBED = 'ssh:root@xen1:2222';
const JOB: QueuedJob = { release: '1', from: 'here', order: { pages: '12' } };

/** Of what nobody interrupts. */
const NEVER = new AbortController().signal;

async function open(url: string): Promise<QueueConnection> {
  const connection = await QueueConnection.open(url);
  onTestFinished(() => connection.close());
  return connection;
}

describe('a connection', () => {
  it('to nobody is one clear error', async () => {
    const { url, stop } = await startRedis();
    await stop();
    await expect(QueueConnection.open(url)).rejects.toThrow(
      expect.objectContaining({ kind: 'error', message: expect.stringContaining('ECONNREFUSED') }),
    );
  });

  it.each(['redis://127.0.0.1', 'redis://:wrong-secret@127.0.0.1'])(
    'with a wrong password is one, which does not tell it: %s',
    async (base) => {
      const { port } = await startRedis({ requirepass: 'right' });
      const error = await QueueConnection.open(`${base}:${port}`).catch((caught) => caught);
      expect(error).toBeInstanceOf(UserError);
      expect(error.message).toMatch(/NOAUTH|WRONGPASS/);
      expect(JSON.stringify([error.message, error.advice])).not.toContain('secret');
      const let_in = await open(`redis://:right@127.0.0.1:${port}`);
      expect(await let_in.client.ping()).toBe('PONG');
    },
  );
});

describe('a folder', () => {
  it('arrives as it was sent, and nothing of one that was cut', async () => {
    const connection = await open((await startRedis()).url);
    const folder = await temporaryFolder();
    const bytes = Buffer.from(Array.from({ length: 9_000_000 }, () => Math.random() * 256));
    await writeFile(join(folder, 'samples.csv'), bytes);
    await mkdir(join(folder, 'inner'));
    await writeFile(join(folder, 'inner', 'summary.json'), '{}');
    const parcel = await sendFolder(connection.client, folder);
    expect(parcel.pieces).toBeGreaterThan(1);
    expect(await connection.client.ttl(parcel.key)).toBeGreaterThan(24 * 3600);

    const into = await temporaryFolder();
    await receiveFolder(connection.client, parcel, into, NEVER);
    expect((await readFile(join(into, 'samples.csv'))).equals(bytes)).toBe(true);
    expect(await readdir(join(into, 'inner'))).toEqual(['summary.json']);

    await connection.client.rpop(parcel.key);
    const other = await temporaryFolder();
    await expect(receiveFolder(connection.client, parcel, other, NEVER)).rejects.toThrow(
      'not in the queue',
    );
    await dropParcel(connection.client, parcel);
    expect(await connection.client.exists(parcel.key)).toBe(0);
  });

  /** A parcel of an archive, whoever made it. */
  async function parcelOf(client: QueueConnection['client'], archive: Buffer) {
    const key = `tinyvmi-bench:parcel:${randomUUID()}`;
    await client.rpush(key, archive);
    const sha256 = createHash('sha256').update(archive).digest('hex');
    return { key, pieces: 1, bytes: archive.length, sha256 };
  }

  it('of links and pipes is not unpacked, and nobody waits for it', async () => {
    const { client } = await open((await startRedis()).url);
    const folder = await temporaryFolder();
    await symlink(await temporaryFolder(), join(folder, 'latex'));
    await execa('mkfifo', [join(folder, 'summary.json')]);
    const tar = execa('tar', ['-C', folder, '-cz', '.'], { encoding: 'buffer' });
    const parcel = await parcelOf(client, Buffer.from((await tar).stdout));
    expect(isParcel(parcel)).toBe(true);
    const into = await temporaryFolder();
    await expect(receiveFolder(client, parcel, into, NEVER)).rejects.toThrow(/is a (Sym|FIFO)/);
    expect(await readdir(into)).toEqual([]);
  });

  it('whose hash does not fit is not even looked at', async () => {
    const { client } = await open((await startRedis()).url);
    const zeros = gzipSync(Buffer.alloc(64 * 1024 ** 2));
    const parcel = { ...(await parcelOf(client, zeros)), sha256: '0'.repeat(64) };
    const into = await temporaryFolder();
    const received = receiveFolder(client, parcel, into, NEVER);
    await expect(received).rejects.toThrow('its hash is another one');
    const larger = { ...parcel, bytes: parcel.bytes - 1 };
    await expect(receiveFolder(client, larger, into, NEVER)).rejects.toThrow('has more than its');
    expect(await readdir(into)).toEqual([]);
  });

  it.each([
    { key: 'bull:web:id' },
    { bytes: 2 ** 40 },
    { bytes: -1 },
    { pieces: 1e9 },
    { pieces: 1.5 },
    { sha256: 'none' },
  ])('is not taken by what is no parcel: %j', (wrong) => {
    const key = `tinyvmi-bench:parcel:${randomUUID()}`;
    const parcel = { key, pieces: 2, bytes: 1000, sha256: '0'.repeat(64) };
    expect(isParcel(parcel)).toBe(true);
    expect(isParcel({ ...parcel, ...wrong })).toBe(false);
  });

  it('of more than a result is not sent', async () => {
    const { client } = await open((await startRedis()).url);
    const folder = await temporaryFolder();
    const file = await openFile(join(folder, 'zeros'), 'w');
    await file.truncate(2 * 1024 ** 3);
    await file.close();
    await expect(sendFolder(client, folder)).rejects.toThrow('MiB of files');
  });

  it('without room in Redis is an error that says where it is', async () => {
    const connection = await open((await startRedis({ maxmemory: '6mb' })).url);
    const folder = await temporaryFolder();
    const bytes = Buffer.from(Array.from({ length: 9_000_000 }, () => Math.random() * 256));
    await writeFile(join(folder, 'samples.csv'), bytes);
    await expect(sendFolder(connection.client, folder)).rejects.toThrow(
      new RegExp(`did not take ${folder}.*OOM`),
    );
    expect(await connection.client.keys('*')).toEqual([]);
  });
});

describe('what a queue holds', () => {
  it.each([
    null,
    'job',
    { release: '1', from: 'here' },
    { release: 1, from: 'here', order: {} },
    { release: '1', from: 'he\u001b[2Jre', order: {} },
    { release: '1', from: 'here', order: [] },
    { release: '1', from: 'here', order: {}, run: 'rm' },
  ])('is no job: %j', (data) => {
    expect(() => demandJob(data)).toThrow(
      expect.objectContaining({ kind: 'usage', message: expect.stringContaining('is not one of') }),
    );
  });

  it('is a job', () => {
    expect(demandJob({ ...JOB })).toEqual(JOB);
  });

  it.each([null, 7, {}, { kind: 'toString', text: 'x' }, { kind: 'step', text: 7 }])(
    'is no line of progress: %j',
    (told) => {
      const progress = new RecordedProgress();
      showTold(progress, told);
      expect(progress.lines).toEqual([]);
    },
  );

  it('is no failure of ours', () => {
    const { kind, message } = decodeFailure('{"kind":"constructor","message":"x"}');
    expect([kind, message]).toEqual(['error', expect.stringContaining('gave the job up')]);
  });
});

describe('a job', () => {
  let redis: TestRedis;
  let folder: string;

  beforeEach(async () => {
    redis = await startRedis();
    folder = await temporaryFolder();
    await writeFile(join(folder, 'summary.json'), '{"n":1}');
  });

  async function work(handle: Handler, control = new AbortController()): Promise<AbortController> {
    const connection = await open(redis.url);
    const service = { testbed: TESTBED, alone: true, leaseMs: 1500 };
    const served = serve(connection, service, handle, {
      progress: SILENT,
      signal: control.signal,
    });
    onTestFinished(async () => {
      control.abort();
      await served;
    });
    return control;
  }

  async function ask(
    tries = 1,
    progress = new RecordedProgress(),
    control = new AbortController(),
  ) {
    const connection = await open(redis.url);
    const submission = { testbed: TESTBED, id: 'job-1', job: JOB, tries };
    return submit(connection, submission, { progress, signal: control.signal });
  }

  it('whose queue is frozen is given up at once by one who wants to end', async () => {
    const control = new AbortController();
    const progress = new RecordedProgress();
    const asked = ask(1, progress, control);
    asked.catch(() => {});
    await expect
      .poll(() => progress.lines.join(), { timeout: 10_000 })
      .toContain('no worker serves');
    redis.freeze();
    control.abort(new UserError('Interrupted.', { kind: 'interrupted' }));
    const late = setTimeout(30_000).then(() => 'still waiting');
    await expect(Promise.race([asked, late])).rejects.toThrow('does not answer any more');
  });

  it('waits for a worker, is done by it, and tells how far it is', async () => {
    const progress = new RecordedProgress();
    const done = ask(1, progress);
    await expect
      .poll(() => progress.lines.join(), { timeout: 10_000 })
      .toContain('no worker serves');
    let order: unknown;
    await work(async (_id, job, handling) => {
      order = job.order;
      handling.progress.step('Measuring');
      handling.progress.detail('page 3');
      handling.progress.done('measured');
      return folder;
    });
    const { parcel, tries } = await done;
    expect({ order, tries }).toEqual({ order: JOB.order, tries: 1 });
    expect(progress.lines.slice(-3)).toEqual(['step Measuring', 'detail page 3', 'done measured']);
    const into = await temporaryFolder();
    await receiveFolder((await open(redis.url)).client, parcel, into, NEVER);
    expect(await readFile(join(into, 'summary.json'), 'utf8')).toBe('{"n":1}');
  });

  it('is tried again when our side broke, and its submitter is told', async () => {
    const progress = new RecordedProgress();
    let calls = 0;
    await work(async () => {
      if (++calls < 3) throw new UserError(`no memory ${calls}`);
      return folder;
    });
    expect(await ask(3, progress)).toMatchObject({ tries: 3 });
    expect(progress.lines).toEqual(
      expect.arrayContaining([
        'warn try 1 of 3 failed: no memory 1',
        'warn try 2 of 3 failed: no memory 2',
      ]),
    );
  }, 120_000);

  it.each(['usage', 'failure', 'skipped'] as const)('that ends as %s is not', async (kind) => {
    let calls = 0;
    await work(async () => {
      calls++;
      throw new UserError('as it is', { kind, advice: 'do that' });
    });
    await expect(ask(3)).rejects.toThrow(
      expect.objectContaining({ kind, message: 'as it is', advice: 'do that' }),
    );
    expect(calls).toBe(1);
  });

  it('ends as its last try', async () => {
    await work(async () => {
      throw new UserError('no memory', { kind: 'crash' });
    });
    await expect(ask(2)).rejects.toThrow(
      expect.objectContaining({ kind: 'crash', message: 'no memory' }),
    );
  }, 20_000);

  it('is taken back before a worker has it', async () => {
    const control = new AbortController();
    const progress = new RecordedProgress();
    const done = ask(1, progress, control);
    await expect.poll(() => progress.lines.length, { timeout: 10_000 }).toBeGreaterThan(0);
    control.abort();
    await expect(done).rejects.toThrow(expect.objectContaining({ kind: 'interrupted' }));
    let calls = 0;
    await work(async () => {
      calls++;
      return folder;
    });
    await setTimeout(500);
    expect(calls).toBe(0);
  });

  it('is ended where it runs', async () => {
    const control = new AbortController();
    let ended = false;
    await work(async (_id, _job, { signal }) => {
      control.abort();
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      await setTimeout(300);
      ended = true;
      throw new UserError('Interrupted.', { kind: 'interrupted' });
    });
    await expect(ask(3, new RecordedProgress(), control)).rejects.toThrow(
      expect.objectContaining({ kind: 'interrupted' }),
    );
    expect(ended).toBe(true);
  });

  it('goes back to the queue with a worker that is told to end', async () => {
    let calls = 0;
    const done = ask();
    const first = await work(async (_id, _job, { signal }) => {
      calls++;
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      throw new UserError('Interrupted.', { kind: 'interrupted' });
    });
    await expect.poll(() => calls, { timeout: 10_000 }).toBe(1);
    first.abort();
    await work(async () => folder);
    expect(await done).toMatchObject({ tries: 1 });
  });

  it('is one at a time where workers would be in each other’s way', async () => {
    let now = 0;
    let most = 0;
    const handle: Handler = async () => {
      most = Math.max(most, ++now);
      await setTimeout(300);
      now--;
      return folder;
    };
    await work(handle);
    await work(handle);
    const connection = await open(redis.url);
    const asked: Promise<Done>[] = ['a', 'b', 'c'].map((id) =>
      submit(
        connection,
        { testbed: TESTBED, id, job: JOB, tries: 1 },
        { progress: SILENT, signal: new AbortController().signal },
      ),
    );
    await Promise.all(asked);
    expect(most).toBe(1);
  });

  it('outlives a Redis that is away for a moment', async () => {
    const progress = new RecordedProgress();
    let go: () => void = () => {};
    const going = new Promise<void>((resolve) => {
      go = resolve;
    });
    await work(async () => {
      await going;
      return folder;
    });
    const done = ask(1, progress);
    await setTimeout(1500);
    const admin = await open(redis.url);
    await admin.client.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    go();
    expect(await done).toMatchObject({ tries: 1 });
  });
});
