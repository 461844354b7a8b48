import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { NATIVE_FOLDER } from '../images/native.ts';
import { EMULATED_SERIES } from '../testbed.ts';
import { isSpoken, SPOKEN_SERIES, seriesOf } from './series.ts';

it('lists what the table of the native code has', async () => {
  const table = await readFile(join(NATIVE_FOLDER, 'platform/xen/domctl_version.c'), 'utf8');
  const releases = [...table.matchAll(/\{XEN_RELEASE\((\d+), (\d+)\), 0x[0-9a-f]+\}/g)];
  expect(releases.map(([, major, minor]) => `${major}.${minor}`)).toEqual(SPOKEN_SERIES);
});

it('speaks to every Xen that is booted here', () => {
  expect(EMULATED_SERIES.every((series) => isSpoken(`${series}.1`))).toBe(true);
});

it.each([
  ['4.17.5', true],
  ['4.20.4-rc1', true],
  ['4.16.2', false],
  ['4.2.0', false],
  ['4.21-unstable', false],
  ['', false],
  [undefined, false],
])('knows whether it speaks to %s', (version, spoken) => {
  expect(isSpoken(version)).toBe(spoken);
});

it('takes the series from a version', () => {
  expect(seriesOf('4.20.4')).toBe('4.20');
});
