/**
 * Several machines for real: the same figures one at a time and two at once, and what dies or is stopped
 * while two are up.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { EXIT_CODES } from '../../infra/errors.ts';
import { readResult } from '../../results/store/reader.ts';
import type { Result } from '../../results/types.ts';
import { qemuBelow, tinyvmiBench } from './command-line.ts';
import { onlyResultIn, resultsIn } from './results.ts';
import { leftovers, useWorkspace } from './workspace.ts';

const { folder } = useWorkspace();

afterEach(async () => {
  expect(await leftovers()).toEqual([]);
});

/** Arguments of a short run of two benchmarks, with that many machines at once. */
function args(jobs: number, runs: string): string[] {
  return [
    ...[
      'run',
      '--bench',
      'page-walk,events',
      '--state',
      'cold,tables,cpuid,debug',
      '--blocks',
      '1',
    ],
    ...['--protocol', 'v1', '--pages', '60', '--batch', '30', '--no-report'],
    ...['--jobs', String(jobs), '--out', runs],
  ];
}

/**
 * What was sampled of page-walk, row by row, without what it cost: a timer of Xen's interrupts another page
 * in each boot.
 */
async function sampledRows(result: Result): Promise<string[]> {
  const text = await readFile(join(result.folder, 'samples.csv'), 'utf8');
  const columns = text.slice(0, text.indexOf('\n')).split(',').indexOf('walk');
  return text.split('\n').map((line) => line.split(',').slice(0, columns).join());
}

/** Medians of what a benchmark answers, by arm and state. */
function medians({ summary }: Result, benchmark: string, phase: string): Map<string, number> {
  const own = summary.measures.filter((entry) => entry.benchmark === benchmark);
  return new Map(
    own
      .filter((entry) => entry.phase === phase)
      .map(({ arm, state, p50 }) => [`${arm} ${state}`, p50]),
  );
}

describe('two benchmarks', () => {
  it('are measured the same one after the other and at the same time', async () => {
    const results: Result[] = [];
    for (const jobs of [1, 2]) {
      const runs = join(folder, `jobs-${jobs}`);
      const ended = await tinyvmiBench(args(jobs, runs));
      expect(ended.stderr).not.toContain('error:');
      expect(ended.exitCode).toBe(EXIT_CODES.success);
      results.push(await readResult(await onlyResultIn(runs)));
    }
    const [one, two] = results as [Result, Result];
    expect(await sampledRows(one)).toHaveLength(1 + 2 * 2 * 2 * 3 * 60 + 1);
    expect(await sampledRows(two)).toEqual(await sampledRows(one));
    for (const phase of ['total', 'walk', 'map', 'copy', 'unmap']) {
      const minios = (result: Result) =>
        [...medians(result, 'page-walk', phase)].filter(([what]) => what.startsWith('minios'));
      expect(minios(one)).toHaveLength(2);
      expect(minios(two), phase).toEqual(minios(one));
    }
    for (const [what, value] of medians(one, 'events', 'round-trip')) {
      const other = medians(two, 'events', 'round-trip').get(what) as number;
      expect(Math.abs(other / value - 1), what).toBeLessThan(0.002);
    }
    for (const [what, value] of medians(one, 'page-walk', 'total')) {
      const other = medians(two, 'page-walk', 'total').get(what) as number;
      expect(Math.abs(other / value - 1), what).toBeLessThan(0.008);
    }
    expect(two.manifest.machines).toEqual([['page-walk'], ['events']]);
    expect(two.manifest.order).toEqual(one.manifest.order);
    expect(Object.keys(two.manifest.files)).toEqual(Object.keys(one.manifest.files));
  });
});

describe('while two machines are up', () => {
  const when = 'Starting the introspector, the bystander';

  it('one whose QEMU is killed fails its benchmark alone', async () => {
    const runs = join(folder, 'killed');
    let up = 0;
    const ended = await tinyvmiBench(args(2, runs), {
      when,
      act: async (pid) => {
        const all = await qemuBelow(pid);
        up = all.length;
        process.kill(all[0] as number, 'SIGKILL');
      },
    });
    expect(up).toBe(2);
    expect(ended.exitCode).toBe(EXIT_CODES.error);
    const { summary } = await readResult(await onlyResultIn(runs));
    expect(summary.status).toBe('error');
    const [broken, ...others] = summary.broken ?? [];
    expect(others).toEqual([]);
    expect(broken?.reason).toContain('The testbed was lost');
    expect(ended.stderr).toContain(`${broken?.benchmark}: warning: The testbed was lost`);
    expect(ended.stdout).toContain(`${broken?.benchmark}: The testbed was lost: QEMU ended`);
    expect(ended.stdout.trimEnd().split('\n').at(-1)).toContain(`Broken: ${broken?.benchmark}.`);
    const measured = new Set(summary.measures.map(({ benchmark }) => benchmark));
    expect([...measured, broken?.benchmark].sort()).toEqual(['events', 'page-walk']);
    expect(summary.refusals.every(({ outcome }) => outcome === 'refused')).toBe(true);
  });

  it('Ctrl-C ends both with 130 and leaves nothing', async () => {
    const runs = join(folder, 'stopped');
    const ended = await tinyvmiBench(args(2, runs), {
      when,
      act: (pid) => void process.kill(pid, 'SIGINT'),
    });
    expect(ended.stderr).toContain('Interrupted');
    expect(ended.exitCode).toBe(EXIT_CODES.interrupted);
    expect(await resultsIn(runs)).toEqual([]);
  });
});
