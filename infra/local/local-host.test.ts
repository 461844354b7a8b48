import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../testing/support.ts';
import { LocalHost } from './local-host.ts';

const host = new LocalHost();

it('runs a vector of arguments, and no shell, with its input', async () => {
  expect(await host.run(['printf', '%s|', '$HOME', 'a b'])).toMatchObject({ stdout: '$HOME|a b|' });
  expect(await host.run(['sh', '-c', 'cat; echo e >&2; exit 3'], { input: 'in' })).toEqual({
    exitCode: 3,
    stdout: 'in',
    stderr: 'e\n',
  });
});

it('says of a program that is not there what a shell says', async () => {
  expect(await host.run(['no-such-program'])).toEqual({
    exitCode: 127,
    stdout: '',
    stderr: 'no-such-program: not found\n',
  });
});

it('gives up what takes too long, and what nobody waits for', async () => {
  await expect(host.run(['sleep', '60'], { timeoutMs: 100 })).rejects.toThrow('"sleep 60" took');
  const control = new AbortController();
  const running = host.run(['sleep', '60'], { signal: control.signal });
  control.abort(new Error('stopped'));
  await expect(running).rejects.toThrow('stopped');
});

it('streams a process, feeds it, and kills it', async () => {
  const process = await host.spawn(['sh', '-c', 'while read l; do echo "<$l>"; done; exit 4']);
  await process.write('a\n');
  await process.end();
  let text = '';
  for await (const bytes of process.stdout) text += Buffer.from(bytes).toString();
  expect(text).toBe('<a>\n');
  expect(await process.exited).toEqual({ exitCode: 4, stdout: '', stderr: '' });
  const waiting = await host.spawn(['sleep', '60']);
  await waiting.kill();
  expect((await waiting.exited).exitCode).not.toBe(0);
});

it('copies files whole, and keeps that they can be executed', async () => {
  const folder = await temporaryFolder();
  const path = (name: string) => join(folder, name);
  await writeFile(path('a'), 'content', { mode: 0o700 });
  await host.put(path('a'), path('b'));
  expect((await stat(path('b'))).mode & 0o777).toBe(0o755);
  await host.get(path('b'), path('c'));
  expect(await readFile(path('c'), 'utf8')).toBe('content');
  await expect(host.get(path('none'), path('d'))).rejects.toThrow('cannot copy');
  await expect(stat(path('d.part'))).rejects.toThrow('ENOENT');
});

it('says why a program cannot be run', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'a'), '#!/bin/sh\n', { mode: 0o644 });
  expect(await host.run([join(folder, 'a')])).toEqual({
    exitCode: 126,
    stdout: '',
    stderr: `${join(folder, 'a')}: EACCES\n`,
  });
});
