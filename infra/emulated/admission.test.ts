import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../testing/support.ts';
import { Admission, admissionLines } from './admission.ts';
import { makeKeys } from './keys.ts';

it('hands over the time, randomness of its own, and both keys, each in a line that Xen can keep', async () => {
  const keys = await makeKeys(await temporaryFolder());
  const now = new Date('2026-01-31T12:00:00.400Z');
  const [one, two] = [admissionLines(keys, now), admissionLines(keys, now)];
  const [time, seed = '', hostKey = '', authorized] = one;
  expect(time).toBe('1769860800');
  expect(Buffer.from(seed, 'base64')).toHaveLength(32);
  expect(Buffer.from(hostKey, 'base64')).toEqual(Buffer.from(keys.hostKey));
  expect(`${authorized}\n`).toBe(keys.authorizedKeys);
  expect(one).toHaveLength(4);
  expect(Math.max(...one.map((line) => line.length))).toBeLessThan(128);
  expect(two[1]).not.toBe(seed);
});

it('refuses what the console would lose', async () => {
  const keys = { hostKey: new Uint8Array(200), authorizedKeys: 'ssh-ed25519 AAAA\n' };
  expect(() => admissionLines(keys, new Date())).toThrow('too long');
});

it('types a line when the one before was taken, and begins anew when the machine does', () => {
  const typed: string[] = [];
  const admission = new Admission(
    () => ['a', 'b'],
    (line) => typed.push(line),
  );
  admission.begin();
  expect(typed).toEqual(['a']);
  admission.next();
  admission.begin();
  admission.next();
  admission.next();
  expect(typed).toEqual(['a', 'b', 'a', 'b']);
});

/** What of Dom0's init takes the lines, over a folder in place of the root; its programs note how they are called. */
async function admitting(root: string) {
  const init = await readFile(new URL('../dom0/init', import.meta.url), 'utf8');
  const [admit = ''] = /^admit\(\) \{\n[\s\S]*?^\}$/m.exec(init) ?? [];
  for (const folder of ['etc/dropbear', 'root'])
    await mkdir(join(root, folder), { recursive: true });
  const programs = { date: '', dropbear: '', 'tinyvmi-reseed': 'cat > "$0.input"\n' };
  for (const [name, more] of Object.entries(programs)) {
    const text = `#!/bin/sh\necho "$@" > "$0.told"\n${more}`;
    await writeFile(join(root, name), text, { mode: 0o755 });
  }
  return `umask 022\n${admit.replace(/ (\/(etc|root)\/)/g, ` ${root}$1`)}\nadmit`;
}

it('is taken by Dom0 line by line, and its keys are kept from everybody else there', async () => {
  const root = await temporaryFolder();
  const keys = await makeKeys(await temporaryFolder());
  const lines = admissionLines(keys, new Date('2026-01-31T12:00:00Z'));
  const { stdout } = await execa('sh', ['-e', '-c', await admitting(root)], {
    input: `${lines.join('\n')}\n`,
    env: { PATH: `${root}:${process.env.PATH}` },
  });
  const took = Array(3).fill('DOM0 took a line');
  expect(stdout.split('\n')).toEqual(['DOM0 waits', ...took, 'DOM0 ready']);
  const kept = (name: string) => readFile(join(root, name));
  expect(await kept('date.told')).toEqual(Buffer.from('-u -s @1769860800\n'));
  expect(await kept('tinyvmi-reseed.input')).toEqual(Buffer.from(lines[1] ?? '', 'base64'));
  const files = {
    'etc/dropbear/host-key': keys.hostKey,
    'root/.ssh/authorized_keys': keys.authorizedKeys,
  };
  for (const [name, content] of Object.entries(files)) {
    expect(await kept(name)).toEqual(Buffer.from(content));
    expect((await stat(join(root, name))).mode & 0o777).toBe(0o600);
  }
  expect((await stat(join(root, 'root/.ssh'))).mode & 0o777).toBe(0o700);
  expect(String(await kept('dropbear.told'))).toContain(
    `-s -j -k -p 22 -r ${root}/etc/dropbear/host-key`,
  );
});
