import { expect, it } from 'vitest';
import { LocalHost } from '../local/local-host.ts';
import { runOnInput, runWatched } from './watched-process.ts';

const host = new LocalHost();
const input = 'one\ntwo\n';

it('has all input there before the program starts', async () => {
  const result = await runOnInput(host, ['sh', '-c', 'wc -l'], { input, timeoutMs: 10_000 });
  expect(result.exitCode).toBe(0);
  expect(result.stdout.trim()).toBe('2');
});

it('passes the exit code on', async () => {
  const result = await runOnInput(host, ['sh', '-c', 'exit 3'], { input, timeoutMs: 10_000 });
  expect(result.exitCode).toBe(3);
});

it('reads the memory of a program that has done its work and waits for more', async () => {
  const { result, memory } = await runWatched(host, ['cat'], {
    ...{ input, timeoutMs: 20_000, end: '^t', lines: 1 },
  });
  expect(result.stdout).toBe(input);
  expect(memory?.resident).toBeGreaterThan(100_000);
  expect(memory?.addressSpace).toBeGreaterThanOrEqual(memory?.resident ?? Number.NaN);
  expect(memory?.proportional).toBeLessThanOrEqual(memory?.resident ?? Number.NaN);
});

it('limits the address space', async () => {
  const { result, memory } = await runWatched(host, ['cat'], {
    ...{ input, timeoutMs: 20_000, end: '^t', lines: 1, addressSpace: 100_000 },
  });
  expect(result.exitCode).not.toBe(0);
  expect(memory).toBeUndefined();
});
