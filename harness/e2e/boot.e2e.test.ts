/**
 * Boot and footprint for real, in one life of the emulated testbed.
 */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Arm, State } from '../../bench/words.ts';
import type { Summary } from '../../results/types.ts';
import {
  leftovers,
  ownTemporaryFolder,
  resultsIn,
  summaryIn,
  tinyvmiBench,
} from './command-line.ts';

const MIB = 2 ** 20;

let temporary: string;
let folder: string;
let summary: Summary;
let before: string[];

beforeAll(async () => {
  temporary = await ownTemporaryFolder();
  before = await leftovers();
  const runs = join(temporary, 'runs');
  const ended = await tinyvmiBench([
    ...['run', '--bench', 'boot,footprint', '--starts', '2', '--out', runs],
  ]);
  expect(ended.stderr).not.toContain('error:');
  expect(ended.exitCode).toBe(0);
  folder = join(runs, (await resultsIn(runs))[0] as string);
  summary = await summaryIn(folder);
}, 1_200_000);

afterAll(() => rm(temporary, { recursive: true, force: true }));

function middle(arm: Arm, state: State, phase: string): number {
  const found = summary.measures.find(
    (measure) => measure.arm === arm && measure.state === state && measure.phase === phase,
  );
  if (found === undefined) throw new Error(`no measure of ${arm}, ${state}, ${phase}`);
  return found.p50;
}

describe('starts', () => {
  it.each(['boot', 'own'])(
    'the Mini-OS domain takes at most 1/500 of the Linux domain: %s',
    (phase) => {
      const [minios, linux] = (['minios', 'linux-domu'] as const).map((arm) =>
        middle(arm, 'first-page', phase),
      ) as [number, number];
      expect(minios).toBeGreaterThan(10_000);
      expect(linux).toBeGreaterThan(500 * minios);
    },
  );

  it('does not begin before the domain is let run, nor without a domain to build', () => {
    expect(middle('minios', 'first-page', 'start')).toBeLessThan(10_000_000);
    expect(middle('linux-domu', 'first-page', 'build')).toBeGreaterThan(1_000_000);
    expect(middle('dom0', 'first-page', 'boot')).toBeGreaterThan(100_000);
  });
});

describe('memory', () => {
  it('of a Mini-OS domain that passes the page-walk is 1 MiB', () => {
    expect(middle('minios', 'smallest', 'memory')).toBe(MIB);
    expect(middle('minios', 'held', 'memory')).toBe(4 * MIB);
  });

  it('that Xen spends on a domain is little beside what a Linux domain holds', () => {
    expect(middle('linux-domu', 'held', 'memory')).toBe(128 * MIB);
    for (const arm of ['minios', 'linux-domu'] as const) {
      expect(middle(arm, 'overhead', 'memory')).toBeGreaterThan(0);
      expect(middle(arm, 'overhead', 'memory')).toBeLessThan(2 * MIB);
    }
  });

  it('of a process is more than that, and Dom0 is beneath it', () => {
    expect(middle('dom0', 'smallest', 'memory')).toBeGreaterThan(MIB);
    expect(middle('dom0', 'beneath', 'memory')).toBeGreaterThan(256 * MIB);
  });
});

it('says what was not searched, draws the stages and leaves nothing behind', async () => {
  expect(summary.skipped.map(({ what }) => what)).toContain('the smallest memory of linux-domu');
  const report = await readFile(join(folder, 'report.md'), 'utf8');
  expect(report).toContain('From the first instruction to the first answered page');
  expect(await leftovers()).toEqual(before);
});
