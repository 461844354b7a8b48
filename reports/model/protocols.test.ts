import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pageWalk } from '../../bench/page-walk/index.ts';
import { readResult } from '../../results/store/reader.ts';
import { sampleResult } from '../../results/testing/sample-result.ts';
import type { Result } from '../../results/types.ts';
import { PLAIN, renderTerminal } from '../render/terminal.ts';
import { buildReport } from './build.ts';
import { protocolTable } from './protocols.ts';

const OPTIONS = { bench: ['page-walk'], pages: '40', blocks: '2' };

let runs: string;
let both: Result;
let aa: Result;

beforeAll(async () => {
  runs = await mkdtemp(join(tmpdir(), 'tinyvmi-protocols-'));
  both = await readResult(await sampleResult(runs, OPTIONS));
  aa = await readResult(await sampleResult(runs, { ...OPTIONS, aa: true }));
});
afterAll(() => rm(runs, { recursive: true, force: true }));

describe('a run with both protocols', () => {
  it('has a batch of each arm by the way of 2018, apart from the cache states', () => {
    const { summary, manifest } = both;
    expect(manifest.order.slice(0, 2).map(({ arm, state }) => [arm, state])).toEqual([
      ['dom0', 'seed-2018'],
      ['minios', 'seed-2018'],
    ]);
    expect(summary.measures.some(({ state }) => String(state) === 'seed-2018')).toBe(false);
    expect(summary.protocols?.map(({ protocol, state }) => `${protocol} ${state}`)).toEqual([
      ...['seed-2018 seed-2018', 'seed-2018 seed-2018', 'seed-2018 seed-2018'],
      ...['v1 cold', 'v1 tables', 'v1 warm', 'v1 batch'],
    ]);
  });

  it('says what the difference does to the answer, on the terminal too', () => {
    const table = protocolTable(both.summary);
    expect(table?.rows[0]).toEqual([
      ...['the paper, 2018', 'caches as they are', 'of microseconds', 'mean'],
      ...['5.7 µs', '3.7 µs', '1.54 ×', '35 %', '–'],
    ]);
    // 14 and 4 microseconds a page, of a clock of 1 GHz.
    expect(table?.rows[1]?.slice(4, 8)).toEqual(['14,000', '4,000', '3.50 ×', '71 %']);
    expect(table?.caption).toContain("Measured the paper's way, Mini-OS saves 71 %");
    expect(table?.caption).toContain('by v1 in state tables, which is nearest to it, 80 %');
    const text = renderTerminal(buildReport(both, pageWalk), PLAIN, 200);
    expect(text).toContain("the paper's way");
    expect(text).toMatch(/seed-2018 +caches as they are/);
  });

  it('says nothing of protocols when there is one', async () => {
    const one = await sampleResult(runs, { ...OPTIONS, protocol: 'v1' });
    expect(protocolTable((await readResult(one)).summary)).toBeUndefined();
  });
});

describe('an A/A run', () => {
  it('measures each arm against itself, by introspectors of their own', () => {
    const { summary, manifest } = aa;
    expect(summary.aa).toBe(true);
    expect(summary.arms).toEqual(['dom0', 'dom0-again', 'minios', 'minios-again']);
    expect(summary.ratios.map((r) => `${r.numerator}/${r.denominator}`)).toEqual(
      Array.from({ length: 4 }, () => ['dom0-again/dom0', 'minios-again/minios']).flat(),
    );
    expect(summary.ratios.every(({ ratio }) => ratio === 1)).toBe(true);
    expect(manifest.domains.map(({ name }) => name)).toContain('tv-introspector-again');
    expect(manifest.command).toMatch(/--arm dom0 --arm minios .* --aa$/);
  });

  it('is labelled so, with verdicts and without charts', () => {
    const model = buildReport(aa, pageWalk);
    expect(model.title).toContain('A/A, each arm against itself');
    expect(model.answer.caveat).toContain('false alarm');
    expect(model.answer.answer).toMatch(
      /each arm against itself: of 8 figures the greatest change is/,
    );
    expect(model.figures).toEqual([]);
    expect(model.overview?.rows).toHaveLength(8);
    expect(model.overview?.rows.every((row) => row.at(-1) === 'equivalent')).toBe(true);
  });
});
