/**
 * A Xen of another series, with the Dom0 that belongs to it, out of the packages of another release of
 * Debian. They come ready: nothing is built but what every run builds.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readResult } from '../../results/store/reader.ts';
import { leftovers, ownTemporaryFolder, resultsIn, tinyvmiBench } from './command-line.ts';

let temporary: string;
let runs: string;
let before: string[];

beforeAll(async () => {
  temporary = await ownTemporaryFolder();
  runs = join(temporary, 'runs');
  before = await leftovers();
});

afterAll(async () => {
  await rm(temporary, { recursive: true, force: true });
});

it("measures both arms under Debian 13's Xen 4.20, and says so", async () => {
  const { exitCode, stdout, stderr } = await tinyvmiBench([
    ...['run', '--xen', '4.20', '--privilege', 'set-target', '--bench', 'page-walk'],
    ...['--pages', '100', '--blocks', '1', '--state', 'cold,tables', '--out', runs],
  ]);
  expect(stderr).not.toContain('error:');
  expect(exitCode).toBe(0);
  const [name] = await resultsIn(runs);
  const { manifest, summary } = await readResult(join(runs, name as string));

  expect(manifest.testbed?.xen.version).toMatch(/^4\.20\./);
  expect(manifest.testbed?.dom0.mode).toBe('pv');
  expect(manifest.testbed?.facts['xen-hypervisor-4.20-amd64']).toMatch(/^4\.20\./);
  expect(manifest.options).toMatchObject({ xen: '4.20', dom0: 'pv' });
  expect(summary.testbed.description).toMatch(/Xen 4\.20\..*\(PV\)/);
  expect(stdout).toContain('Xen 4.20.');

  expect(summary.digests.map(({ arm, agrees }) => [arm, agrees])).toEqual([
    ['dom0', true],
    ['minios', true],
  ]);
  const p50 = (arm: string) =>
    summary.measures.find(
      (measure) => measure.arm === arm && measure.state === 'cold' && measure.phase === 'total',
    )?.p50 ?? Number.NaN;
  expect(p50('minios')).toBeLessThan(p50('dom0') / 2);
  expect(await leftovers()).toEqual(before);
});
