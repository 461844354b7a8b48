import { expect, it } from 'vitest';
import { examine, memoryCheck, nodeCheck } from './doctor.ts';
import { onlyPrograms, RecordedProgress, temporaryFolder } from './testing/support.ts';

it.each([
  ['20.0.0', true],
  ['22.1.0', true],
  ['18.19.1', false],
])('judges Node.js %s', (version, ok) => {
  expect(nodeCheck(version).ok).toBe(ok);
  expect(nodeCheck(version).mend === undefined).toBe(ok);
});

it('judges memory', () => {
  expect(memoryCheck(2 ** 30, 2 ** 29)).toMatchObject({
    ok: false,
    found: '1024 MiB, 512 MiB of it free',
  });
  expect(memoryCheck(2 ** 34, 0).ok).toBe(true);
});

it('names every missing thing with its command, and never throws for one', async () => {
  process.env.TINYVMI_CACHE = await temporaryFolder();
  await onlyPrograms('dpkg-query');
  const checks = await examine({ network: false, progress: new RecordedProgress() });
  delete process.env.TINYVMI_CACHE;
  const qemu = checks.find(({ name }) => name === 'QEMU');
  expect(qemu).toMatchObject({ ok: false, mend: expect.stringContaining('qemu-system-x86') });
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
