import { expect, it } from 'vitest';
import { timed } from './timed.ts';

const { signal } = new AbortController();
const cwd = process.cwd();
/** Burns processor time: half a second of it. */
const BURN = 'const t = process.cpuUsage().user; while (process.cpuUsage().user - t < 500_000);';

it('counts the processor time of children that a command waited for', async () => {
  const child = `require('child_process').spawnSync('setpriv', ['--pdeathsig', 'KILL', '--', 'node', '-e', ${JSON.stringify(BURN)}])`;
  const { taken } = await timed(['node', '-e', child], { cwd, signal });
  expect(taken.processor).toBeGreaterThan(0.5);
  expect(taken.processor).toBeLessThan(5);
});

it('counts no processor time of waiting, and gives what was written', async () => {
  const script = 'sleep 1; echo "$WORD"; echo other >&2';
  const { taken, stdout } = await timed(['sh', '-c', script], {
    cwd,
    env: { WORD: 'said' },
    signal,
  });
  expect(taken.wall).toBeGreaterThan(0.9);
  expect(taken.processor).toBeLessThan(0.3);
  expect(stdout).toBe('said');
});

it('quotes what failed', async () => {
  const failing = timed(['sh', '-c', 'echo why >&2; exit 3'], { cwd, signal });
  await expect(failing).rejects.toMatchObject({
    message: expect.stringMatching(/exit code 3(.|\n)*why/),
  });
});

it('ends the whole group when it is interrupted', async () => {
  const control = new AbortController();
  const reason = new Error('enough');
  setTimeout(() => control.abort(reason), 300);
  const started = Date.now();
  const waiting = timed(['sh', '-c', 'sleep 30; true'], { cwd, signal: control.signal });
  await expect(waiting).rejects.toBe(reason);
  expect(Date.now() - started).toBeLessThan(10_000);
});
