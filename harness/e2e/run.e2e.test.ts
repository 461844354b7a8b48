/**
 * The main job for real: boots the emulated testbed, measures both arms, and looks at what is left.
 */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import type { Arm, CacheState } from '../../bench/words.ts';
import { readResult } from '../../results/store/reader.ts';
import type { Summary } from '../../results/types.ts';
import { type ComparedRow, ONE_BOOT } from '../compare/compare.ts';
import { type Ended, tinyvmiBench } from './command-line.ts';
import { median, resultsIn, summaryIn } from './results.ts';
import { leftovers, useWorkspace } from './workspace.ts';

/** What this lane's figures were when they were last looked at: results/baselines/README.md. */
const BASELINE = fileURLToPath(
  new URL('../../results/baselines/emulated-page-walk.jsonl', import.meta.url),
);

const { runs } = useWorkspace();
/** The run with defaults, which others are compared with. */
let first: Summary;
let firstFolder: string;
/** The same again, and the anatomy of a page. */
let second: Summary;

afterEach(async () => {
  expect(await leftovers()).toEqual([]);
});

/** What the second run observed of a page. */
function observed(arm: Arm, state: CacheState, phase: string): number {
  const found = second.measures.find(
    (measure) =>
      measure.benchmark === 'anatomy' &&
      measure.arm === arm &&
      measure.state === state &&
      measure.phase === phase,
  );
  if (found === undefined) throw new Error(`no ${phase} of ${arm}, ${state}`);
  return found.p50;
}

/** Runs and expects success. */
async function succeed(
  ...args: string[]
): Promise<{ folder: string; summary: Summary; ended: Ended }> {
  const known = new Set(await resultsIn(runs));
  const ended = await tinyvmiBench(['run', '--bench', 'page-walk', '--out', runs, ...args]);
  expect(ended.stderr).not.toContain('error:');
  expect(ended.exitCode).toBe(0);
  const [name, ...others] = (await resultsIn(runs)).filter((entry) => !known.has(entry));
  expect(others).toEqual([]);
  const folder = join(runs, name as string);
  return { folder, summary: await summaryIn(folder), ended };
}

describe('the main job', () => {
  it('compares both arms in every state and leaves a checked result with its report', async () => {
    const { folder, summary, ended } = await succeed();
    first = summary;
    firstFolder = folder;
    expect(summary.status).toBe('success');
    expect(summary.testbed).toMatchObject({ kind: 'emulated', emulated: true, clock: 'counted' });
    expect(summary.arms).toEqual(['dom0', 'minios']);
    for (const state of ['cold', 'tables', 'warm', 'batch'] as const) {
      for (const arm of ['dom0', 'minios'] as const) {
        expect(median(summary, arm, state)).toBeGreaterThan(512);
      }
    }
    for (const state of ['cold', 'tables', 'batch'] as const) {
      expect(median(summary, 'minios', state)).toBeLessThan(median(summary, 'dom0', state));
    }
    expect(summary.measures.every((measure) => measure.unit !== 'ns')).toBe(true);
    expect(new Set(summary.digests.map((digest) => digest.digest)).size).toBe(1);
    expect(summary.refusals.map((refusal) => refusal.outcome)).toEqual([
      'refused',
      'refused',
      'refused',
    ]);
    await readResult(folder);
    for (const file of ['report.html', 'report.md', 'samples.csv', 'manifest.json']) {
      expect((await stat(join(folder, file))).size).toBeGreaterThan(500);
    }
    const markdown = await readFile(join(folder, 'report.md'), 'utf8');
    expect(markdown).toContain('instructions');
    expect(ended.stdout).toContain('Mini-OS');
  });

  it('says what the protocol of 2018 does to the answer', () => {
    const theirs = first.protocols?.find(({ clock }) => clock === 'microseconds');
    expect(theirs?.arms.map(({ arm, n }) => [arm, n])).toEqual([
      ['dom0', 500],
      ['minios', 500],
    ]);
    expect(theirs?.ratio).toBeGreaterThan(1);
    expect(first.protocols?.filter(({ protocol }) => protocol === 'v1')).toHaveLength(4);
  });

  it('has not regressed against the baseline of this lane, which is renewed with the kernel', async () => {
    const gate = await tinyvmiBench([
      ...['gate', firstFolder, '--baseline', BASELINE, '--out', runs, '--json'],
    ]);
    expect(gate.stderr, `measure a new baseline (${BASELINE})`).not.toContain('do not match');
    const { outcome, reason } = JSON.parse(gate.stdout);
    expect(outcome, reason).toBe('pass');
    expect(gate.exitCode).toBe(0);
  });

  it('gives the same medians on a host that booted, with pages taken apart after them', async () => {
    const { folder, summary } = await succeed(
      ...['--bench', 'anatomy', '--anatomy', 'instructions', '--start', 'cold'],
    );
    second = summary;
    const startOf = async (of: string) => (await readResult(of)).manifest.starts;
    expect(await startOf(firstFolder)).toMatchObject([{ start: { kind: 'restored' } }]);
    expect(await startOf(folder)).toEqual([{ boot: 0, start: { kind: 'cold' } }]);
    for (const state of ['cold', 'tables', 'warm', 'batch'] as const) {
      expect(median(summary, 'minios', state)).toBe(median(first, 'minios', state));
    }
    // Dom0's Linux is interrupted now and then: some of its batches hold one interruption more.
    const compared = await tinyvmiBench(['compare', firstFolder, folder, '--json']);
    const { rows } = JSON.parse(compared.stdout) as { rows: ComparedRow[] };
    const said = (state: string) => {
      const row = rows.find(({ arm, state: its }) => arm === 'dom0' && its === state);
      return { verdict: row?.verdict, remark: row?.remark };
    };
    // One boot to a side is never called equivalent.
    const within = { verdict: 'inconclusive', remark: ONE_BOOT };
    expect(['cold', 'tables', 'warm'].map(said)).toEqual(Array(3).fill(within));
    expect(said('batch').verdict).toBe('inconclusive');
  });

  it('says by what a page enters Xen, as counted by Xen and by the introspector', () => {
    expect(second.warnings.filter((text) => text.startsWith('Anatomy'))).toEqual([]);
    expect(observed('minios', 'cold', 'hypercall.update_va_mapping_otherdomain')).toBe(5);
    expect(observed('dom0', 'cold', 'hypercall.mmu_update')).toBeGreaterThanOrEqual(5);
    expect(observed('dom0', 'cold', 'total.page-table-writes')).toBeGreaterThanOrEqual(5);
    expect(observed('minios', 'warm', 'total.hypercalls')).toBe(0);
  });

  it("names the system calls that Dom0's Linux saw", () => {
    expect(second.skipped.map(({ what }) => what)).not.toContain('system calls by name');
    expect(observed('dom0', 'tables', 'made.system-calls')).toBe(3);
    expect(observed('dom0', 'tables', 'system-call.ioctl')).toBeCloseTo(1 + 1 / 50);
    expect(observed('dom0', 'warm', 'made.system-calls')).toBe(0);
  });

  it('says who executes a page, in agreement with the clock', () => {
    for (const state of ['cold', 'tables', 'warm', 'batch'] as const) {
      for (const arm of ['dom0', 'minios'] as const) {
        const executed = ['xen', 'kernel', 'program'].reduce(
          (sum, place) => sum + observed(arm, state, `total.${place}`),
          0,
        );
        const clock = observed(arm, state, 'total.clock');
        expect(Math.abs(executed / clock - 1)).toBeLessThan(0.02);
        // Batches of fewer pages than the timed ones: opening and closing weigh more.
        expect(Math.abs(clock / median(first, arm, state) - 1)).toBeLessThan(0.25);
      }
    }
    expect(observed('minios', 'cold', 'total.kernel')).toBe(0);
  });
});

describe('other targets', () => {
  const brief = ['--blocks', '1', '--repeat', '1', '--no-report'];

  it('reads a PV target, whose page tables hold machine frames', async () => {
    const { summary } = await succeed('--target', 'pv', ...brief);
    expect(summary.status).toBe('success');
    expect(median(summary, 'minios', 'cold')).toBeLessThan(median(summary, 'dom0', 'cold'));
  });

  it('reads 2 MiB pages with walks of three levels', async () => {
    const { folder, summary } = await succeed('--page-size', '2m', ...brief);
    expect(summary.status).toBe('success');
    expect(median(summary, 'minios', 'cold')).toBeLessThan(median(first, 'minios', 'cold'));
    expect(await readFile(join(folder, 'batches.csv'), 'utf8')).toContain(',3,');
  });

  it('reads 1 GiB pages with walks of two levels', async () => {
    const { summary } = await succeed('--page-size', '1g', ...brief);
    expect(summary.status).toBe('success');
  });

  it('reads many more pages than any cache holds, at the same cost a page', async () => {
    const many = await succeed('--pages', '5000', '--state', 'tables', ...brief, '--warmup', '0');
    for (const arm of ['dom0', 'minios'] as const) {
      const ratio = median(many.summary, arm, 'tables') / median(first, arm, 'tables');
      expect(Math.abs(ratio - 1)).toBeLessThan(0.1);
    }
  });
});
