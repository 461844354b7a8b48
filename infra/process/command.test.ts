import { expect, it } from 'vitest';
import { command } from './command.ts';

it('gives both outputs', async () => {
  expect(await command('sh', ['-c', 'echo out; echo err >&2'])).toEqual({
    stdout: 'out',
    stderr: 'err',
  });
});

it('passes input, folder and environment', async () => {
  const { stdout } = await command('sh', ['-c', 'cat; pwd; echo $A'], {
    input: 'in\n',
    cwd: '/usr',
    env: { A: 'b' },
  });
  expect(stdout).toBe('in\n/usr\nb');
});

it('tells lines as they come', async () => {
  const lines: string[] = [];
  await command('sh', ['-c', 'echo a; echo b >&2'], { onLine: (line) => lines.push(line) });
  expect(lines.sort()).toEqual(['a', 'b']);
});

it.each([
  ['a failure', 'echo why >&2; exit 3', /ended with exit code 3:\n {2}why$/],
  ['a signal', 'kill -9 $$', /ended with signal SIGKILL/],
  ['a full disk', 'echo "tar: x: No space left on device" >&2; exit 2', /is full$/],
])('makes one error of %s', async (_, script, message) => {
  await expect(command('sh', ['-c', script])).rejects.toMatchObject({
    name: 'UserError',
    message: expect.stringMatching(message),
  });
});

it('names the package of a missing program', async () => {
  await expect(command('/none/checkpolicy', [])).rejects.toThrow(
    '/none/checkpolicy is not installed',
  );
});

it('is ended by its signal, with its reason', async () => {
  const controller = new AbortController();
  const running = command('sleep', ['60'], { signal: controller.signal });
  controller.abort(new Error('enough'));
  await expect(running).rejects.toThrow('enough');
});
