import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT_CODES } from '../../infra/errors.ts';

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

/** A table of so many samples. */
async function table(name: string, rows: number): Promise<string> {
  const path = join(root, name);
  const lines = Array.from({ length: rows }, (_, row) => `a,${1000 + ((row * 7919) % 1009)}`);
  await writeFile(path, `arm,value\n${lines.join('\n')}\n`);
  return path;
}

const AS_COLUMNS = '--arm-column arm --value-column value --unit ns';

describe('a signal, while nothing is up', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    '%s ends an import at once, and leaves nothing of it',
    async (signal) => {
      const out = join(root, `import-${signal}`);
      const line = `node ${START} import ${await table('big.csv', 400_000)} ${AS_COLUMNS} --out ${out}`;
      const child = spawn('bash', ['-c', `exec ${line}`], { stdio: 'ignore' });
      const ended = new Promise((resolve) => child.on('close', (_code, by) => resolve(by)));
      const left = () => readdir(out).catch(() => [] as string[]);
      while (!(await left()).some((name) => /^\.partial-.*[^n]$/.test(name))) await setTimeout(20);
      await setTimeout(100);
      child.kill(signal);
      const killed = Date.now();
      expect(await ended).toBe(signal);
      while ((await left()).length > 0 && Date.now() - killed < 2000) await setTimeout(20);
      expect(await left()).toEqual([]);
    },
    60_000,
  );

  it('ends a gate that compares, as it ends who only reads', async () => {
    const out = join(root, 'gate');
    const imported = async (name: string) => {
      const path = await table(name, 60_000);
      const { out: text } = await shell(`node ${START} import ${path} ${AS_COLUMNS} --out ${out}`);
      return /^Result: +(\S+)/m.exec(text)?.[1] ?? 'no result';
    };
    const [before, after] = [await imported('before.csv'), await imported('after.csv')];
    const line = `node ${START} gate ${after} --baseline ${before} --no-confirm`;
    const ended = await shell(line, { when: /Comparing with the baseline/, signal: 'SIGTERM' });
    expect(ended).toMatchObject({ code: null, by: 'SIGTERM', out: '' });
    expect(ended.took).toBeLessThan(1000);
  }, 60_000);
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

// Only root is asked to install.
it.skipIf(process.getuid?.() !== 0)(
  'a signal while Debian packages are installed is no defect',
  async () => {
    const bin = join(root, 'bin');
    await mkdir(bin);
    const programs = {
      'apt-get': 'echo Get:1 a package; exec sleep 60',
      'dpkg-query': 'exit 1',
    };
    for (const [name, body] of Object.entries(programs)) {
      await writeFile(join(bin, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
    }
    const line = `env PATH=${bin}:$PATH node ${START} --setup-only`;
    const ended = await shell(line, { when: /Get:1/, signal: 'SIGTERM' });
    expect(ended.err).toContain('interrupted: Interrupted.');
    expect(ended.err).not.toContain('defect');
    expect(ended).toMatchObject({ code: EXIT_CODES.interrupted, by: null });
  },
  60_000,
);
