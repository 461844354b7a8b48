/**
 * Runs that go on until their ratios are known well enough, on a testbed without Xen whose pages differ by
 * a seeded noise.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Progress } from '../../infra/testbed.ts';
import { SILENT } from '../../infra/testing/silent.ts';
import { Campaign } from '../../results/campaign/campaign.ts';
import { readResult } from '../../results/store/reader.ts';
import { normal } from '../analyse/draws.ts';
import type { RawRunOptions } from '../plan/options.ts';
import { seededRandom } from '../plan/prng.ts';
import { makeSuite } from '../plan/suite.ts';
import { samplesRecord } from '../protocol/testing/encode.ts';
import { fakeCodeBase } from '../run/testing/fake-code-base.ts';
import { answer, parseJob } from '../run/testing/fake-introspector.ts';
import { type FakeBehaviour, FakeTestbed } from '../run/testing/fake-testbed.ts';
import { FORGETFUL } from '../run/testing/forgetful.ts';
import { showResult } from './commands/show.ts';
import { runToResult } from './session.ts';
import { memorySurroundings, untimed } from './testing.ts';

const PAGES = 8;
const OPTIONS: RawRunOptions = {
  bench: ['page-walk'],
  state: ['cold', 'warm'],
  protocol: 'v1',
  pages: String(PAGES),
  batch: String(PAGES),
  repeat: '1',
};

let runs: string;
beforeEach(async () => {
  runs = await mkdtemp(join(tmpdir(), 'tinyvmi-until-'));
});
afterEach(() => rm(runs, { recursive: true, force: true }));

/** Pages that cost so much more or less in each job, as parts of their cost. */
function noisy(spread: number): FakeBehaviour {
  const random = seededRandom(5);
  return {
    reply: (from, line) => {
      const cost = Math.round(10_000 * Math.exp(spread * normal(random)));
      const { workload } = parseJob(line);
      return answer(from, line, (records) =>
        workload !== 'page-walk'
          ? records
          : records.map((record) =>
              record.type === 'S'
                ? samplesRecord(Array.from({ length: PAGES }, () => [1, 1, 1, 1, cost]))
                : record,
            ),
      );
    },
  };
}

/** Runs them. @returns the result, the testbeds that there were, and what was told */
async function run(more: RawRunOptions, behaviour: FakeBehaviour = {}, campaign?: Campaign) {
  const said: string[] = [];
  const warned: string[] = [];
  const progress: Progress = {
    ...SILENT,
    step: (text) => said.push(text),
    warn: (text) => warned.push(text),
  };
  let testbeds = 0;
  const folder = await runToResult(makeSuite({ ...OPTIONS, ...more }), {
    newTestbed: async () => {
      testbeds++;
      return new FakeTestbed(behaviour);
    },
    ...{ codeBase: fakeCodeBase, progress, signal: new AbortController().signal, runs, campaign },
  });
  const { summary, manifest } = await readResult(folder);
  const looks = said.filter((text) => text.includes('asked for'));
  return { folder, summary, manifest, testbeds, looks, warned };
}

describe('run --until', () => {
  it('ends as soon as each interval is so narrow, with the result of a run of so many blocks', async () => {
    const { folder, manifest, summary, looks, warned } = await run({ until: '0.5%' });
    expect(manifest.until).toMatchObject({
      ...{ percent: 0.5, level: 'blocks', atMost: 60, reached: true },
      measured: { 'page-walk': 10 },
      widest: { benchmark: 'page-walk', percent: expect.closeTo(0, 9) },
    });
    expect(manifest.options.blocks).toBe(10);
    expect(manifest.command).toContain('--blocks 60 --until 0.5%');
    expect(summary.ratios.every(({ blocks }) => blocks === 10)).toBe(true);
    expect(looks).toHaveLength(1);
    expect(looks[0]).toMatch(/^10 of at most 60 blocks: page-walk, \w+ is known to 0 %/);
    expect(warned).toEqual([]);
    const plain = await run({ blocks: '10' });
    const samples = (of: string) => readFile(join(of, 'samples.csv'), 'utf8');
    expect(await samples(folder)).toBe(await samples(plain.folder));
    expect(plain.manifest).not.toHaveProperty('until');
  });

  it('adds blocks, each state counting, until the interval that the result shows is so narrow', async () => {
    const { manifest, summary, looks } = await run({ until: '4%' }, noisy(0.03));
    const blocks = manifest.options.blocks as number;
    expect(blocks).toBeGreaterThan(12);
    expect(blocks).toBeLessThan(60);
    const widths = summary.ratios.map(({ interval95 }) => {
      const [low = 0, high = 0] = interval95 ?? [];
      return 100 * (high / low - 1);
    });
    expect(Math.max(...widths)).toBeLessThanOrEqual(4);
    expect(manifest.until?.widest?.percent).toBeCloseTo(Math.max(...widths), 9);
    expect(looks.length).toBeGreaterThan(1);
  });

  it('gives up at the most, says so, keeps what it measured and ends with 2', async () => {
    const asked = { until: '0.1%', blocks: '12' };
    const { folder, manifest, summary, warned } = await run(asked, noisy(0.05));
    const sentence = expect.stringMatching(
      /^--until 0.1% was not reached with 12 blocks, which is the most: page-walk, \w+ is known to \d/,
    );
    expect(warned).toEqual([sentence]);
    expect(summary).toMatchObject({ status: 'success', warnings: [sentence] });
    expect(manifest.until).toMatchObject({ reached: false, measured: { 'page-walk': 12 } });
    const { stdout, stderr, env } = memorySurroundings();
    const signal = new AbortController().signal;
    const context = {
      ...{ stdout, stderr, env, signal, progress: { ...SILENT, note() {}, close() {} } },
      ...{ times: untimed(), json: true, quiet: false, say() {} },
    };
    const shown = (demandsPrecision: boolean) =>
      showResult(folder, context as never, { formats: [], demandsPrecision });
    expect([await shown(true), await shown(false)]).toEqual([2, 0]);
  });

  it.each([
    ['boots', { boots: '12', blocks: '1' }, 10],
    ['domains', { domains: '12', blocks: '1' }, 1],
  ])('adds %s where there may be several', async (level, more, hosts) => {
    const { manifest, summary, testbeds } = await run({ until: '1%', ...more });
    expect(manifest.until).toMatchObject({ level, atMost: 12, reached: true });
    expect(manifest.options).toMatchObject({ [level]: 10, blocks: 1 });
    expect(summary.ratios[0]?.basis).toMatchObject({ units: 10 });
    expect(testbeds).toBe(hosts);
  });

  it('is held to by who goes on with it', async () => {
    const asked = { ...OPTIONS, until: '1%', domains: '12', blocks: '1' };
    const begun = await Campaign.create(runs, asked, makeSuite(asked));
    let jobs = 0;
    const dying: FakeBehaviour = {
      reply: (from, line) => (jobs++ < 60 ? answer(from, line) : undefined),
      ...FORGETFUL,
    };
    await expect(run({ ...asked, timeout: '1' }, dying, begun)).rejects.toThrow();
    const campaign = await Campaign.open(begun.folder);
    const { manifest } = await run(asked, {}, campaign);
    expect(manifest.until).toMatchObject({ reached: true, atMost: 12 });
    expect(manifest.lives).toBe(2);
    expect(manifest.options.domains).toBe(10);
  });

  it.each([
    [{ until: 'soon' }, '--until soon: no percentage from 0.001 to 50.'],
    [{ until: '0%' }, 'no percentage'],
    [{ until: '1%', blocks: '9' }, '--until 1% --blocks 9: 10 blocks are measured before'],
    [{ until: '1%', boots: '4' }, '--until 1% --boots 4: 10 boots are measured before'],
    [{ until: '1%', arm: ['minios'] }, '--until is about ratios of arms'],
  ])('refuses %j', (more, message) => {
    expect(() => makeSuite({ ...OPTIONS, ...more })).toThrow(message);
  });
});
