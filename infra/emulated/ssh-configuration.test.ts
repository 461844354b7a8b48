import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../testing/support.ts';
import { HOST_ALIAS } from './keys.ts';
import { sshConfiguration } from './ssh-configuration.ts';

it('is understood by ssh in a folder with spaces and what else paths may have', async () => {
  const file = join(await temporaryFolder(), 'config');
  const keys = { identity: '/tmp/my 50%d folder/key', knownHosts: '/tmp/my 50%d folder/hosts' };
  await writeFile(file, sshConfiguration(2222, keys, 60_000));
  const { stdout } = await execa('ssh', ['-G', '-F', file, HOST_ALIAS]);
  for (const setting of [
    ...['hostname 127.0.0.1', 'port 2222', 'user root', 'identitiesonly yes'],
    ...['hostkeyalias tinyvmi-dom0', 'globalknownhostsfile /dev/null', 'connecttimeout 60'],
    // What makes the pinned key count: ssh asks nobody, and connects to no other.
    'stricthostkeychecking true',
  ]) {
    expect(stdout.split('\n')).toContain(setting);
  }
  expect(stdout).toMatch(/\nidentityfile "?\/tmp\/my 50%%?d folder\/key"?\n/);
  expect(stdout).toMatch(/\nuserknownhostsfile "?\/tmp\/my 50%%?d folder\/hosts"?\n/);
});
