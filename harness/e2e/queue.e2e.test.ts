/**
 * A run by workers next to the emulated testbed: the first one is killed in mid-job, and the second one
 * finishes.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { EXIT_CODES } from '../../infra/errors.ts';
import { startRedis } from '../../infra/queue/testing/redis-server.ts';
import { readResult } from '../../results/store/reader.ts';
import { qemuBelow, START, tinyvmiBench } from './command-line.ts';
import { resultsIn } from './results.ts';
import { useWorkspace } from './workspace.ts';

const PASSWORD = 'queue-secret';

const { folder, runs } = useWorkspace();

it('a worker that is killed in mid-job loses nothing', async () => {
  const { port } = await startRedis({ requirepass: PASSWORD });
  const queue = ['--queue', `redis://:${PASSWORD}@127.0.0.1:${port}`];
  const kept = join(folder, 'kept');
  const work = ['worker', ...queue, '--out', kept];

  const first = tinyvmiBench(work, {
    when: 'Measuring',
    act: async (pid) => {
      expect(await qemuBelow(pid)).toHaveLength(1);
      process.kill(pid, 'SIGKILL');
    },
  });
  const short = ['--bench', 'page-walk', '--pages', '50', '--blocks', '1'];
  const submitted = tinyvmiBench(['run', ...short, ...queue, '--out', runs]);
  expect((await first).exitCode).toBeUndefined();
  expect(await resultsIn(runs)).toEqual([]);

  const second = execa('node', [START, ...work], { reject: false, stdin: 'ignore', all: true });
  const ended = await submitted;
  expect(ended.exitCode, ended.stderr).toBe(EXIT_CODES.success);
  expect(ended.stderr).toContain('emulated: warning: its worker is gone');
  second.kill('SIGINT');
  const { exitCode, all } = await second;
  expect(exitCode, all).toBe(EXIT_CODES.success);

  const [id = ''] = await resultsIn(runs);
  const { summary, manifest } = await readResult(join(runs, id));
  expect(summary).toMatchObject({ status: 'success', testbed: { kind: 'emulated' } });
  expect(summary.digests.every(({ agrees }) => agrees)).toBe(true);
  expect(manifest.lives).toBe(2);
  expect(await resultsIn(kept)).toEqual([id]);
  expect(await readdir(join(runs, id))).toContain('report.html');

  const said = [ended.stdout, ended.stderr, all, (await first).stderr];
  const names = Object.keys(manifest.files).filter((name) => !name.endsWith('.gz'));
  for (const name of [...names, 'manifest.json', 'summary.json', 'report.html']) {
    said.push(await readFile(join(runs, id, name), 'utf8'));
  }
  expect(said.filter((text) => text?.includes(PASSWORD))).toEqual([]);
});
