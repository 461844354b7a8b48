/**
 * A Xen of another series, with the Dom0 that belongs to it, out of the packages of another release of
 * Debian. They come ready: nothing is built but what every run builds.
 */
import { expect, it } from 'vitest';
import { tinyvmiBench } from './command-line.ts';
import { median, readOnlyResult } from './results.ts';
import { useWorkspace } from './workspace.ts';

const { runs } = useWorkspace();

it("measures both arms under Debian 13's Xen 4.20, and says so", async () => {
  const { exitCode, stdout, stderr } = await tinyvmiBench([
    ...['run', '--xen', '4.20', '--privilege', 'set-target', '--bench', 'page-walk'],
    ...['--pages', '100', '--blocks', '1', '--state', 'cold,tables', '--no-report', '--out', runs],
  ]);
  expect(stderr).not.toContain('error:');
  expect(exitCode).toBe(0);
  const { manifest, summary } = await readOnlyResult(runs);

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
  expect(median(summary, 'minios', 'cold')).toBeLessThan(median(summary, 'dom0', 'cold') / 2);
});
