/**
 * Boot and footprint for real, in one life of the emulated testbed.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Summary } from '../../results/types.ts';
import { tinyvmiBench } from './command-line.ts';
import { median, onlyResultIn, summaryIn } from './results.ts';
import { useWorkspace } from './workspace.ts';

const MIB = 2 ** 20;

const { runs } = useWorkspace();
let folder: string;
let summary: Summary;

beforeAll(async () => {
  const ended = await tinyvmiBench([
    ...['run', '--bench', 'boot,footprint', '--starts', '2', '--out', runs],
  ]);
  expect(ended.stderr).not.toContain('error:');
  expect(ended.exitCode).toBe(0);
  folder = await onlyResultIn(runs);
  summary = await summaryIn(folder);
}, 1_200_000);

describe('starts', () => {
  it.each(['boot', 'own'])(
    'the Mini-OS domain takes at most 1/500 of the Linux domain: %s',
    (phase) => {
      const [minios, linux] = (['minios', 'linux-domu'] as const).map((arm) =>
        median(summary, arm, 'first-page', phase),
      ) as [number, number];
      expect(minios).toBeGreaterThan(10_000);
      expect(linux).toBeGreaterThan(500 * minios);
    },
  );

  it('does not begin before the domain is let run, nor without a domain to build', () => {
    expect(median(summary, 'minios', 'first-page', 'start')).toBeLessThan(10_000_000);
    expect(median(summary, 'linux-domu', 'first-page', 'build')).toBeGreaterThan(1_000_000);
    expect(median(summary, 'dom0', 'first-page', 'boot')).toBeGreaterThan(100_000);
  });
});

describe('memory', () => {
  it('of a Mini-OS domain that passes the page-walk is 1 MiB', () => {
    expect(median(summary, 'minios', 'smallest', 'memory')).toBe(MIB);
    expect(median(summary, 'minios', 'held', 'memory')).toBe(4 * MIB);
  });

  it('that Xen spends on a domain is little beside what a Linux domain holds', () => {
    expect(median(summary, 'linux-domu', 'held', 'memory')).toBe(128 * MIB);
    for (const arm of ['minios', 'linux-domu'] as const) {
      expect(median(summary, arm, 'overhead', 'memory')).toBeGreaterThan(0);
      expect(median(summary, arm, 'overhead', 'memory')).toBeLessThan(2 * MIB);
    }
  });

  it('of a process is more than that, and Dom0 is beneath it', () => {
    expect(median(summary, 'dom0', 'smallest', 'memory')).toBeGreaterThan(MIB);
    expect(median(summary, 'dom0', 'beneath', 'memory')).toBeGreaterThan(256 * MIB);
  });
});

it('says what was not searched, and draws the stages', async () => {
  expect(summary.skipped.map(({ what }) => what)).toContain('the smallest memory of linux-domu');
  const report = await readFile(join(folder, 'report.md'), 'utf8');
  expect(report).toContain('From the first instruction to the first answered page');
});
