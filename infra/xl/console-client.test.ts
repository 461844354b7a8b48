import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { AnsweringHost, temporaryFolder } from '../testing/support.ts';
import { attachConsole } from './console-client.ts';
import { Releases } from './releases.ts';

/** Reads the console that a program in the place of `xl` prints. */
async function reading(script: string, alive: () => Promise<boolean>, signal?: AbortSignal) {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'xl'), `#!/bin/sh\n${script}\n`);
  await writeFile(join(folder, 'xenstore-watch'), '#!/bin/sh\nexec cat\n');
  await Promise.all(['xl', 'xenstore-watch'].map((name) => chmod(join(folder, name), 0o755)));
  const before = process.env.PATH;
  process.env.PATH = `${folder}:${before}`;
  onTestFinished(() => {
    process.env.PATH = before;
  });
  const host = new AnsweringHost();
  let text = '';
  for await (const bytes of attachConsole(host, new Releases(host), { domid: 3, alive }, signal)) {
    text += Buffer.from(bytes).toString();
  }
  return text;
}

it('asks for the console of that domain, and gives it until the client ends with the domain', async () => {
  let alive = true;
  const text = reading('echo "$*"; sleep 0.3; echo last', async () => alive);
  setTimeout(() => {
    alive = false;
  }, 100);
  expect(await text).toBe('console -t pv 3\nlast\n');
});

it('reads the last words of a domain that is gone already, and ends then', async () => {
  expect(await reading('echo words; exec sleep 60', async () => false)).toBe('words\n');
});

it('says so when the client ends and the domain does not', async () => {
  await expect(reading('echo busy >&2; exit 1', async () => true)).rejects.toThrow(
    'the console of domain 3 cannot be read on: busy',
  );
});

it('ends the client by the key for it, so that it can remove its lock', async () => {
  const control = new AbortController();
  const script = `echo one; key=$(dd bs=1 count=1 2>/dev/null); echo "$key" > $0.key`;
  const folder = await temporaryFolder();
  setTimeout(() => control.abort(), 300);
  await reading(script.replaceAll('$0', join(folder, 'got')), async () => true, control.signal);
  await expect.poll(() => readFile(join(folder, 'got.key'), 'utf8').catch(() => '')).toBe('\x1d\n');
});

it('ends when it is told to', async () => {
  const control = new AbortController();
  setTimeout(() => control.abort(), 200);
  expect(await reading('echo one; exec sleep 60', async () => true, control.signal)).toBe('one\n');
});
