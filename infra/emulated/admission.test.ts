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
