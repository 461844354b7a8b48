import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { onlyPrograms, RecordedProgress, temporaryFolder } from '../testing/support.ts';
import { PrivateApt } from './private-apt.ts';

async function machine(sources: Record<string, string>) {
  const folder = await temporaryFolder();
  const parts = join(folder, 'parts');
  await mkdir(parts);
  for (const [name, text] of Object.entries(sources)) await writeFile(join(parts, name), text);
  await writeFile(join(folder, 'os-release'), 'ID=debian\nVERSION_CODENAME=bookworm\n');
  return {
    apt: join(folder, 'apt'),
    system: {
      sourceList: join(folder, 'none'),
      sourceParts: parts,
      osRelease: join(folder, 'os-release'),
    },
  };
}

it('reads sources of both formats, and leaves other files alone', async () => {
  const { apt, system } = await machine({
    'a.list': 'deb http://a.example/debian bookworm main\n',
    'b.sources':
      'Types: deb\nURIs: http://b.example/debian\nSuites: bookworm-updates\nComponents: main\n',
    'c.list.save': 'deb http://c.example/debian bookworm main\n',
  });
  await PrivateApt.open(apt, { system });
  const written = await readFile(join(apt, 'private.sources'), 'utf8');
  expect(written.match(/^URIs: .*$/gm)).toEqual([
    'URIs: http://a.example/debian',
    'URIs: http://b.example/debian',
  ]);
});

it('asks the same archives for another release, and leaves the own one out', async () => {
  const { apt, system } = await machine({
    'a.list':
      'deb [signed-by=/k.gpg] http://a.example/debian bookworm main\ndeb http://s.example bookworm-security main\n',
  });
  await PrivateApt.open(apt, { system, release: 'trixie' });
  const written = await readFile(join(apt, 'private.sources'), 'utf8');
  expect(written.match(/^Suites: .*$/gm)).toEqual(['Suites: trixie', 'Suites: trixie-security']);
  expect(written).toContain('Signed-By: /k.gpg');
});

it('says so on a machine that names no archive of its release', async () => {
  const { apt, system } = await machine({ 'a.list': 'deb http://a.example/ubuntu noble main\n' });
  await expect(PrivateApt.open(apt, { system })).rejects.toMatchObject({
    name: 'UserError',
    advice: expect.stringContaining('Debian 12'),
  });
});

it('is one clear error without a network, in the words of apt', async () => {
  const { apt, system } = await machine({
    'a.list': 'deb http://127.0.0.1:9/debian bookworm main\n',
  });
  const opened = await PrivateApt.open(apt, { system });
  const failure = await opened.update(new RecordedProgress()).catch((error: unknown) => error);
  expect(failure).toMatchObject({
    name: 'UserError',
    message: expect.stringMatching(
      /^the package archives cannot be read:\n {2}[EW]:.*127\.0\.0\.1/,
    ),
    advice: expect.stringContaining('check the network'),
  });
}, 60_000);

it('names the package of a missing apt', async () => {
  const { apt, system } = await machine({
    'a.list': 'deb http://a.example/debian bookworm main\n',
  });
  const opened = await PrivateApt.open(apt, { system });
  await onlyPrograms();
  await expect(opened.update(new RecordedProgress())).rejects.toMatchObject({
    message: 'apt-get is not installed',
  });
});
