/**
 * Snapshots of the emulated host for real: machines of one snapshot are machines of their own, a snapshot
 * that is not what was saved is never used, and nothing that dies leaves a half one.
 */
import { mkdir, open, readdir, readFile, rm, symlink, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { cacheRoot } from '../../infra/cache/root.ts';
import { SnapshotStore } from '../../infra/emulated/snapshot/store.ts';
import { EmulatedTestbed } from '../../infra/emulated/testbed.ts';
import { EXIT_CODES } from '../../infra/errors.ts';
import { RecordedProgress } from '../../infra/testing/support.ts';
import { readResult } from '../../results/store/reader.ts';
import { tinyvmiBench } from './command-line.ts';
import { SHORT } from './emulated-host.ts';
import { onlyResultIn, resultsIn } from './results.ts';
import { leftovers, useWorkspace } from './workspace.ts';

const { folder, runs } = useWorkspace();
const shared = cacheRoot();
/** The images of the cache that all files share, and snapshots of this file's own. */
const cache = join(folder, 'cache');

const HOST = { clock: 'counted' } as const;
/** The clock of an idle machine that counts instructions runs ahead, by minutes; it was set at the start. */
const CLOCK_AHEAD_SECONDS = 3600;

beforeAll(async () => {
  await mkdir(cache, { recursive: true });
  for (const part of ['entries', 'apt', 'seen']) {
    await mkdir(join(shared, part), { recursive: true });
    await symlink(join(shared, part), join(cache, part));
  }
  process.env.TINYVMI_CACHE = cache;
});

afterAll(() => {
  process.env.TINYVMI_CACHE = shared;
});

afterEach(async () => {
  expect(await leftovers()).toEqual([]);
  expect(await readdir(join(cache, 'tmp')).catch(() => [])).toEqual([]);
});

/** What of a machine must be its own. */
async function identityOf(host: EmulatedTestbed): Promise<Record<string, string>> {
  const script = 'cat /proc/sys/kernel/random/uuid; date +%s; md5sum < /etc/dropbear/host-key';
  const { stdout } = await host.run(['sh', '-c', `${script}; cat /root/.ssh/authorized_keys`]);
  const [random = '', time = '', hostKey = '', authorized = ''] = stdout.split('\n');
  const ssh = await readFile(host.sshConfig, 'utf8');
  return { random, time, hostKey, authorized, port: /Port (\d+)/.exec(ssh)?.[1] ?? '' };
}

/** Changes one byte of a file's first part that holds something. */
async function changeByte(path: string): Promise<void> {
  const file = await open(path, 'r+');
  const byte = Buffer.alloc(1);
  let at = 0;
  while (byte[0] === 0) await file.read(byte, 0, 1, at++);
  await file.write(Buffer.from([(byte[0] as number) ^ 1]), 0, 1, at - 1);
  await file.close();
}

describe('three machines of one snapshot at once', () => {
  it('have keys, randomness and ports of their own, the right time, and share a boot', async () => {
    const begun = Math.floor(Date.now() / 1000);
    const progress = [1, 2, 3].map(() => new RecordedProgress());
    const hosts = progress.map((own) => new EmulatedTestbed(HOST, own));
    try {
      await Promise.all(hosts.map((host) => host.start()));
      const identities = await Promise.all(hosts.map(identityOf));
      for (const name of ['random', 'hostKey', 'authorized', 'port']) {
        const values = identities.map((identity) => identity[name]);
        expect(
          values.every((value) => value !== ''),
          name,
        ).toBe(true);
        expect(new Set(values).size, name).toBe(3);
      }
      for (const { time } of identities) {
        expect(Number(time)).toBeGreaterThanOrEqual(begun);
        expect(Number(time)).toBeLessThan(begun + CLOCK_AHEAD_SECONDS);
      }
      const starts = await Promise.all(
        hosts.map(async (host) => (await host.capabilities()).start),
      );
      expect(starts[0]).toMatchObject({ kind: 'restored' });
      expect(new Set(starts.map((start) => JSON.stringify(start))).size).toBe(1);
      const booted = progress.filter(({ lines }) => lines.join().includes('step booting'));
      expect(booted).toHaveLength(1);
    } finally {
      await Promise.all(hosts.map((host) => host.stop()));
    }
  });
});

describe('a snapshot that is not what was saved', () => {
  it.each([
    ['a byte of its RAM changed', 'ram', changeByte, 'its RAM is not what was saved'],
    ['its RAM cut short', 'ram', (path: string) => truncate(path, 4096), 'its RAM has 4096 bytes'],
    ['a byte of its state changed', 'state', changeByte, "its machine's state is not"],
  ])('is thrown away with one line, and the host boots: %s', async (_what, file, harm, why) => {
    const first = new EmulatedTestbed(HOST, new RecordedProgress());
    await first.start();
    await first.stop();
    const [{ key = '' } = {}] = await new SnapshotStore(cache).list();
    await harm(join(cache, 'snapshots', key, file));
    const progress = new RecordedProgress();
    const host = new EmulatedTestbed(HOST, progress);
    await host.start();
    expect((await host.capabilities()).start).toEqual({ kind: 'cold' });
    await host.stop();
    const warnings = progress.lines.filter((line) => line.startsWith('warn'));
    expect(warnings).toEqual([expect.stringContaining(why)]);
    expect(warnings[0]).toContain('thrown away, and the host boots cold');
    expect(await new SnapshotStore(cache).list()).toEqual([]);
  });
});

it('on a disk that fills up while it is made leaves the host to boot, and nothing half', async (context) => {
  await rm(join(cache, 'snapshots'), { recursive: true, force: true });
  const temporary = join(cache, 'tmp');
  await mkdir(temporary, { recursive: true });
  const options = ['-t', 'tmpfs', '-o', 'size=64m', 'none', temporary];
  const mounted = await execa('mount', options, { reject: false });
  if (mounted.failed) context.skip('only root can mount a small file system');
  try {
    const progress = new RecordedProgress();
    const host = new EmulatedTestbed(HOST, progress);
    await host.start();
    expect((await host.capabilities()).start).toEqual({ kind: 'cold' });
    await host.stop();
    const warnings = progress.lines.filter((line) => line.startsWith('warn'));
    expect(warnings).toEqual([expect.stringContaining('the host boots cold')]);
    expect(await readdir(temporary)).toEqual([]);
    expect(await new SnapshotStore(cache).list()).toEqual([]);
  } finally {
    await execa('umount', [temporary]);
  }
});

describe('a run that is killed', () => {
  const OPTIONS = ['run', ...SHORT, '--out', runs];

  it.each([
    'booting the emulated host, to keep',
    'starting tv-target, to keep',
    'restoring the emulated host',
    'Measuring',
  ])('while it says "%s" leaves nothing half, and the next one works', async (when) => {
    if (when.startsWith('booting')) {
      await rm(join(cache, 'snapshots'), { recursive: true, force: true });
    }
    const killed = await tinyvmiBench(OPTIONS, {
      when,
      act: (pid) => void process.kill(pid, 'SIGKILL'),
    });
    expect(killed.exitCode).not.toBe(EXIT_CODES.success);
    expect(killed.stderr).toContain(when);
    await tinyvmiBench(['clean', '--out', runs]);
    expect(await resultsIn(runs)).toEqual([]);
    for (const { broken } of await new SnapshotStore(cache).list()) expect(broken).toBeUndefined();
  });

  it('has a whole result next time, which says from what it was restored', async () => {
    const { exitCode, stderr } = await tinyvmiBench(OPTIONS);
    expect(stderr).not.toContain('warning');
    expect(exitCode).toBe(EXIT_CODES.success);
    const { manifest } = await readResult(await onlyResultIn(runs));
    const [{ key: _key, snapshot } = { key: '' }] = await new SnapshotStore(cache).list();
    expect(manifest.starts).toEqual([
      { boot: 0, start: { kind: 'restored', snapshot: snapshot?.id, boot: snapshot?.boot } },
    ]);
    expect(snapshot?.domains.map(({ spec }) => spec.name)).toEqual(['tv-target']);
    expect(snapshot?.boot).not.toBe(snapshot?.id);
  });
});
