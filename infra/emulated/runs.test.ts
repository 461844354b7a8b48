import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it, onTestFinished, vi } from 'vitest';
import { cleanLeftovers, unclearLeftovers } from '../clean.ts';
import { identityOf, isRunning, type ProcessIdentity } from '../process/identity.ts';
import { temporaryFolder } from '../testing/support.ts';
import { abandonedRuns, Run, type RunRecord, recordsFolder } from './runs.ts';

/** A run whose record says that its owner is gone. */
async function abandoned(root: string, change: (record: RunRecord) => void = () => undefined) {
  const run = await Run.create(root);
  onTestFinished(() => run.remove());
  const sleeper = execa('sleep', ['60'], { reject: false });
  onTestFinished(() => void sleeper.kill('SIGKILL'));
  if (sleeper.pid === undefined) throw new Error('sleep was not started');
  await run.adopt(sleeper.pid);
  const path = join(recordsFolder(root), `${run.id}.json`);
  const record = JSON.parse(await readFile(path, 'utf8')) as RunRecord;
  record.owner.startTime = '1';
  change(record);
  await writeFile(path, JSON.stringify(record));
  return { run, sleeper, record };
}

it('of a living owner is not abandoned', async () => {
  const root = await temporaryFolder();
  const run = await Run.create(root);
  expect(await abandonedRuns(root)).toEqual([]);
  expect((await stat(run.path(''))).mode & 0o777).toBe(0o700);
  await run.remove();
  expect(await readdir(recordsFolder(root))).toEqual([]);
  await expect(stat(run.path(''))).rejects.toThrow('ENOENT');
});

it('is recorded before it has a folder', async () => {
  const root = await temporaryFolder();
  const run = await Run.create(root);
  onTestFinished(() => run.remove());
  const [record, folder] = await Promise.all(
    [join(recordsFolder(root), `${run.id}.json`), run.path('')].map((path) =>
      stat(path, { bigint: true }),
    ),
  );
  expect(record?.birthtimeNs).toBeLessThanOrEqual(folder?.birthtimeNs as bigint);
});

it('has no record when it cannot have a folder', async () => {
  const root = await temporaryFolder();
  vi.stubEnv('TMPDIR', join(root, 'missing'));
  onTestFinished(() => void vi.unstubAllEnvs());
  await expect(Run.create(root)).rejects.toThrow('ENOENT');
  expect(await readdir(recordsFolder(root))).toEqual([]);
});

it('that was killed before it had a folder leaves a record, which is removed', async () => {
  const root = await temporaryFolder();
  const { run } = await abandoned(root, (record) => void record.processes.splice(0));
  await rm(run.path(''), { recursive: true });
  expect(await cleanLeftovers(root)).toEqual([expect.stringContaining(run.id)]);
  expect(await readdir(recordsFolder(root))).toEqual([]);
});

it('of a dead owner is ended and removed', async () => {
  const root = await temporaryFolder();
  const { run, sleeper } = await abandoned(root);
  expect(await cleanLeftovers(root)).toEqual([
    `QEMU of an abandoned testbed (process ${sleeper.pid})`,
    expect.stringContaining(run.id),
  ]);
  expect((await sleeper).signal).toBe('SIGKILL');
  await expect(stat(run.path(''))).rejects.toThrow('ENOENT');
  expect(await cleanLeftovers(root)).toEqual([]);
});

it('never ends a process that merely has the same id', async () => {
  const root = await temporaryFolder();
  const { sleeper } = await abandoned(root, (record) => {
    for (const process of record.processes) process.startTime = '1';
  });
  expect(await cleanLeftovers(root)).toHaveLength(1);
  expect(identityOf(sleeper.pid ?? 0)).toBeDefined();
});

it.each(['<root>/etc', '<root>/tinyvmi-bench', '<root>/tinyvmi-01234567', '<id>'])(
  'is left alone, and told of, when its record names the folder %s',
  async (of) => {
    const root = await temporaryFolder();
    const { run } = await abandoned(root, (record) => {
      record.folder = of.replace('<root>', root).replace('<id>', record.id);
    });
    expect(await cleanLeftovers(root)).toEqual([]);
    expect(await unclearLeftovers(root)).toEqual([
      `${join(recordsFolder(root), run.id)}.json: it is no record of a testbed`,
    ]);
  },
);

it('is left alone, and told of, when its record is torn', async () => {
  const root = await temporaryFolder();
  await mkdir(recordsFolder(root));
  await writeFile(join(recordsFolder(root), 'torn.json'), '{"id":');
  expect(await cleanLeftovers(root)).toEqual([]);
  expect(await unclearLeftovers(root)).toEqual([expect.stringContaining('torn.json: it is no')]);
});

it.each<[string, Partial<ProcessIdentity>]>([
  ['another container', { pidNamespace: 'pid:[1]' }],
  ['another machine', { bootId: 'another', machine: { name: 'lab', id: '0123' } }],
  ['another machine of this name', { bootId: 'another', machine: { name: hostname(), id: '01' } }],
])('of an owner in %s is left alone, and told of', async (_case, change) => {
  const root = await temporaryFolder();
  const { run } = await abandoned(root, (record) => void Object.assign(record.owner, change));
  expect(await cleanLeftovers(root)).toEqual([]);
  expect(await unclearLeftovers(root)).toEqual([expect.stringContaining(run.id)]);
});

it('tells a process from a later one', () => {
  const me = identityOf(process.pid);
  if (me === undefined) throw new Error('not in /proc');
  expect(isRunning(me)).toBe(true);
  expect(isRunning({ ...me, startTime: '1' })).toBe(false);
  const { machine } = me;
  expect(isRunning({ ...me, bootId: 'another', machine: { ...machine, id: '' } })).toBe('unknown');
  const isKnown = machine.id !== '';
  expect(isRunning({ ...me, bootId: 'another' })).toBe(isKnown ? false : 'unknown');
  expect(isRunning({ ...me, bootId: 'another', machine: { ...machine, name: 'x' } })).toBe(
    'unknown',
  );
  expect(isRunning({ ...me, pidNamespace: 'pid:[1]' })).toBe('unknown');
  expect(isRunning(JSON.parse(JSON.stringify({ ...me, pidNamespace: undefined })))).toBe('unknown');
});
