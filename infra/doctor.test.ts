import { expect, it } from 'vitest';
import { examine, nodeCheck } from './doctor.ts';
import { onlyPrograms, RecordedProgress, temporaryFolder } from './testing/support.ts';

it.each([
  ['20.0.0', true],
  ['22.1.0', true],
  ['18.19.1', false],
])('judges Node.js %s', (version, ok) => {
  expect(nodeCheck(version).ok).toBe(ok);
  expect(nodeCheck(version).mend === undefined).toBe(ok);
});

it('names every missing thing with its command, and never throws for one', async () => {
  process.env.TINYVMI_CACHE = await temporaryFolder();
  await onlyPrograms('dpkg-query');
  const checks = await examine({ network: false, progress: new RecordedProgress() });
  delete process.env.TINYVMI_CACHE;
  const programs = checks.find(({ name }) => name === "Debian's own programs");
  expect(programs).toMatchObject({ ok: false, found: expect.stringContaining('apt-get') });
  for (const name of ['QEMU', 'build tools']) {
    const found = expect.stringContaining('the first run fetches it');
    expect(checks.find((check) => check.name === name)).toMatchObject({ ok: true, found });
  }
  expect(checks.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'Node.js',
      'package perl',
      'disk',
      'memory',
      'KVM',
      'cache',
      'snapshots',
      'leftovers',
    ]),
  );
  for (const check of checks) if (!check.ok) expect(check.mend).toBeTruthy();
});
