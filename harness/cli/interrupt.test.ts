import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const START = new URL('start.mjs', import.meta.url).pathname;
const REFERENCE = new URL('../../results/reference/emulated', import.meta.url).pathname;

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'tinyvmi-interrupt-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** Runs a shell's line. @param when what it says on standard error when it gets the signal */
function shell(line: string, kill?: { when: RegExp; signal: NodeJS.Signals }) {
  const child = spawn('bash', ['-c', `exec ${line}`], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err, killed] = ['', '', 0];
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
    if (kill === undefined || killed > 0 || !kill.when.test(err)) return;
    killed = Date.now();
    child.kill(kill.signal);
  });
  return new Promise<{
    code: number | null;
    by: string | null;
    out: string;
    err: string;
    took: number;
  }>((resolve) =>
    child.on('close', (code, by) => resolve({ code, by, out, err, took: Date.now() - killed })),
  );
}

describe('a signal', () => {
  it.each([
    ['SIGINT', /Drawing the report/],
    ['SIGTERM', /Drawing the report/],
  ] as const)(
    '%s ends a report at once, however busy it is, and leaves nothing',
    async (signal, when) => {
      const out = join(root, signal);
      const line = `node ${START} report ${REFERENCE} --out ${out}`;
      const ended = await shell(line, { when, signal });
      // A shell tells it as 128 and the signal's number: 130 of Ctrl-C.
      expect(ended).toMatchObject({ code: null, by: signal });
      expect(ended.took).toBeLessThan(2000);
      expect(await readdir(out).catch(() => [])).toEqual([]);
    },
    60_000,
  );
});

describe('standard output of a process', () => {
  it('that nobody reads any more is no error', async () => {
    const { code, out, err } = await shell(
      `bash -c 'set -o pipefail; node ${START} run --help | head -n 1'`,
    );
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^Usage: tinyvmi-bench run/);
  }, 60_000);

  it('that is a full disk is one', async () => {
    const { code, err } = await shell(`node ${START} export ${REFERENCE} > /dev/full`);
    expect(code).toBe(2);
    expect(err).toMatch(/^error: Standard output cannot be written: ENOSPC.*\n {2}what to do: /);
  }, 60_000);
});
