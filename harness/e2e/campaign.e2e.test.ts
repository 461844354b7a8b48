/**
 * A run of two boots for real: killed in the second one, gone on with, and whole in the end.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readResult } from '../../results/store/reader.ts';
import { tinyvmiBench } from './command-line.ts';
import { onlyResultIn } from './results.ts';
import { leftovers, useWorkspace } from './workspace.ts';

const { runs } = useWorkspace();

const OPTIONS = ['--bench', 'page-walk', '--state', 'tables', '--boots', '2', '--blocks', '1'];

describe('a run of two boots', () => {
  it('is gone on with after its program was killed, and has every batch of the plan once', async () => {
    let struck = false;
    const killed = await tinyvmiBench(['run', ...OPTIONS, '--out', runs], {
      when: 'block 2 of 2',
      act: (pid) => {
        struck = true;
        process.kill(pid, 'SIGKILL');
      },
    });
    expect(struck).toBe(true);
    expect(killed.exitCode).not.toBe(0);
    await tinyvmiBench(['clean', '--out', runs]);
    expect(await leftovers()).toEqual([]);
    const [folder = '', ...others] = await readdir(runs);
    expect(others).toEqual([]);
    expect(folder).toMatch(/^\.campaign-/);

    const resumed = await tinyvmiBench(['run', '--resume', join(runs, folder)]);
    expect(resumed.stderr).not.toContain('error:');
    expect(resumed.exitCode).toBe(0);
    const result = await onlyResultIn(runs);
    const { summary, manifest } = await readResult(result);
    expect(summary.status).toBe('success');
    expect(manifest.lives).toBe(3);

    const rows = (await readFile(join(result, 'batches.csv'), 'utf8')).trim().split('\n');
    const batches = rows.slice(1).map((row) => row.split(','));
    const places = batches.map(([, , , order, , , pass, , batch]) => [order, pass, batch].join());
    // In each boot a batch of each arm by protocol seed-2018, and four jobs of three passes.
    expect(places).toHaveLength(2 * (2 + 4 * 3));
    expect(new Set(places).size).toBe(places.length);
    expect(new Set(batches.map(([boot]) => boot)).size).toBeGreaterThanOrEqual(2);
    expect(summary.ratios.every(({ blocks }) => blocks >= 2)).toBe(true);
    expect(new Set(manifest.clocks.map(({ boot }) => boot)).size).toBeGreaterThanOrEqual(2);
  });
});
