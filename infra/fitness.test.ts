import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { demandFitness, fitnessChecks, memoryCheck, systemCheck } from './fitness.ts';
import { ensureNeeds } from './needs.ts';
import { onlyPrograms, RecordedProgress, temporaryFolder } from './testing/support.ts';

it('judges memory', () => {
  expect(memoryCheck(2 ** 30, 2 ** 29)).toMatchObject({
    ok: false,
    found: '1024 MiB, 512 MiB of it free',
  });
  expect(memoryCheck(2 ** 34, 0).ok).toBe(true);
});

it.each([
  ['linux x64', true],
  ['linux arm64', false],
  ['darwin x64', false],
])('judges %s', (system, ok) => {
  expect(systemCheck(system).ok).toBe(ok);
});

it('finds nothing wrong with a machine that tests run on', async () => {
  const root = await temporaryFolder();
  await demandFitness('emulated', root);
  expect((await fitnessChecks('ssh', root)).map(({ name }) => name)).not.toContain('memory');
});

it('refuses a machine without Debian before anything is installed, with all that it lacks', async () => {
  const bin = await onlyPrograms('dpkg', 'dpkg-query', 'sh');
  const marks = join(bin, 'installed');
  await writeFile(join(bin, 'apt-get'), `#!/bin/sh\necho "$@" >> ${marks}\n`, { mode: 0o755 });
  const before = process.env.TINYVMI_CACHE;
  process.env.TINYVMI_CACHE = await temporaryFolder();
  try {
    const refused = await ensureNeeds('emulated', new RecordedProgress()).catch((error) => error);
    expect(refused).toMatchObject({
      name: 'UserError',
      message: expect.stringMatching(/nothing was installed:\n.*missing: apt-cache, dpkg-deb, tar/),
      advice: expect.stringContaining('Debian 12 or newer'),
    });
    await expect(fitnessChecks('ssh', bin)).resolves.toHaveLength(3);
    await expect(readFile(marks)).rejects.toThrow('ENOENT');
  } finally {
    if (before === undefined) delete process.env.TINYVMI_CACHE;
    else process.env.TINYVMI_CACHE = before;
  }
});
