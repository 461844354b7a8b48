import { expect, it } from 'vitest';
import { adviceForTool, installCommand, MACHINE_PACKAGES, missingPackages } from './packages.ts';
import { onlyPrograms } from './testing/support.ts';

it.each([
  ['checkpolicy', 'checkpolicy'],
  ['perl', 'perl'],
  ['chromium', 'chromium'],
  ['redis-server', 'redis-server'],
  ['flock', 'util-linux'],
])('knows the package of %s', (tool, name) => {
  expect(adviceForTool(tool)).toContain(`package ${name}: `);
});

it('knows what to say of an unknown tool', () => {
  expect(adviceForTool('frobnicate')).toContain('frobnicate');
});

it('writes the command that installs', () => {
  expect(installCommand(['a', 'b'])).toMatch(
    /^(sudo )?apt-get update && (sudo )?apt-get install -y --no-install-recommends a b$/,
  );
});

it('says so on a machine that is not a Debian', async () => {
  await onlyPrograms();
  await expect(missingPackages(MACHINE_PACKAGES)).rejects.toThrow('no dpkg');
});
