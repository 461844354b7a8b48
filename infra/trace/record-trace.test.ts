import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CommandHost } from '../xl/commands.ts';
import { recordTrace } from './record-trace.ts';
import { encodeWindow } from './testing/encode.ts';

let folder: string;

/** This machine as a host, with the programs of a folder before its own. */
function host(): CommandHost {
  return {
    async run() {
      throw new Error('a recording runs nothing beside xentrace');
    },
    async spawn([program = '', ...args]) {
      const env = { ...process.env, PATH: `${join(folder, 'bin')}:/usr/bin:/bin`, TMPDIR: folder };
      const child = spawn(program, args, { env });
      let stderr = '';
      child.stderr.on('data', (text) => {
        stderr += text;
      });
      return {
        stdout: child.stdout,
        write: async (text) => void child.stdin.write(text),
        end: async () => void child.stdin.end(),
        exited: new Promise((resolve) => {
          child.on('close', (code) => resolve({ exitCode: code ?? 137, stdout: '', stderr }));
        }),
        kill: async () => void child.kill(),
      };
    },
  };
}

async function program(name: string, script: string): Promise<void> {
  const path = join(folder, 'bin', name);
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
}

const FIRST = { event: 0x20100d, tsc: 1n, words: [1] };
const LAST = { event: 0x20100d, tsc: 2n, words: [22] };

/** An xentrace that writes a window at once and another when it is told to end. */
const XENTRACE = `
echo "$@" > "$TMPDIR/arguments"
for out; do :; done
cat "$TMPDIR/first" >> "$out"
trap 'cat "$TMPDIR/last" >> "$out"; echo off > "$TMPDIR/ended"; exit 0' TERM
while :; do sleep 0.05; done`;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tinyvmi-trace-'));
  await mkdir(join(folder, 'bin'));
  await program('pidof', 'exit 1');
  await writeFile(join(folder, 'first'), encodeWindow(0, [FIRST]));
  await writeFile(join(folder, 'last'), encodeWindow(0, [LAST]));
});

afterEach(() => rm(folder, { recursive: true }));

describe('recordTrace', () => {
  it('records from before the work to after it', async () => {
    await program('xentrace', XENTRACE);
    const { result, records } = await recordTrace(host(), async () => 'done');
    expect(result).toBe('done');
    expect(records).toEqual([
      { cpu: 0, ...FIRST },
      { cpu: 0, ...LAST },
    ]);
    expect(await readFile(join(folder, 'arguments'), 'utf8')).toMatch(/^-D -S 256 -e 0x223000 /);
  });

  it('ends the recording when the work fails', async () => {
    await program('xentrace', XENTRACE);
    const work = async () => {
      throw new Error('no page');
    };
    await expect(recordTrace(host(), work)).rejects.toThrow('no page');
    expect(await readFile(join(folder, 'ended'), 'utf8')).toBe('off\n');
  });

  it('takes lost records for an error', async () => {
    const lost = { event: 0x1f001, tsc: 2n, words: [3, 0, 0, 0] };
    await writeFile(join(folder, 'last'), encodeWindow(0, [lost]));
    await program('xentrace', XENTRACE);
    await expect(recordTrace(host(), async () => 1)).rejects.toThrow('lost 3 records');
  });

  it.each([
    ['has none', undefined, 'exit 1', 'the host has no xentrace'],
    ['is in use', 'exit 1', 'exit 0', 'somebody else records'],
    [
      'is refused',
      'echo "Couldn\'t enable trace buffers: Function not implemented" >&2; exit 1',
      'exit 1',
      "recorded: Couldn't enable trace buffers: Function not implemented",
    ],
  ])('says why a host cannot, before any work: it %s', async (_what, xentrace, pidof, reason) => {
    if (xentrace !== undefined) await program('xentrace', xentrace);
    await program('pidof', pidof);
    const work = async () => {
      throw new Error('nothing is to be done');
    };
    await expect(recordTrace(host(), work)).rejects.toMatchObject({
      kind: 'skipped',
      message: expect.stringContaining(reason),
    });
  });
});
