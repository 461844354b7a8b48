/**
 * Interrupted runs: whatever they were interrupted by, the result is that of a run that was not.
 */
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../../infra/errors.ts';
import { SILENT } from '../../infra/testing/silent.ts';
import { Campaign } from '../../results/campaign/campaign.ts';
import { CAMPAIGN_PREFIX, removeCampaigns } from '../../results/campaign/leftover.ts';
import { readResult } from '../../results/store/reader.ts';
import { withoutBoots } from '../../results/testing/without-boots.ts';
import type { RawRunOptions } from '../plan/options.ts';
import { makeSuite } from '../plan/suite.ts';
import { fakeCodeBase } from '../run/testing/fake-code-base.ts';
import { answer } from '../run/testing/fake-introspector.ts';
import { type FakeBehaviour, FakeTestbed } from '../run/testing/fake-testbed.ts';
import { FORGETFUL } from '../run/testing/forgetful.ts';
import { runToResult } from './session.ts';

const OPTIONS: RawRunOptions = {
  bench: ['page-walk'],
  state: ['cold', 'warm'],
  pages: '12',
  batch: '5',
  boots: '2',
  domains: '2',
  blocks: '1',
};

const WITH_EVENTS: RawRunOptions = {
  ...OPTIONS,
  bench: ['page-walk', 'events'],
  state: ['cold', 'cpuid'],
  events: '10',
};

let runs: string;

beforeEach(async () => {
  runs = await mkdtemp(join(tmpdir(), 'tinyvmi-campaign-'));
});
afterEach(() => rm(runs, { recursive: true, force: true }));

interface Attempt {
  folder?: string;
  error?: UserError;
  testbeds: FakeTestbed[];
}

/** Runs a campaign, or what is left of one. */
async function attempt(
  campaign: Campaign,
  behaviour: FakeBehaviour = {},
  control = new AbortController(),
): Promise<Attempt> {
  const testbeds: FakeTestbed[] = [];
  const newTestbed = async () => {
    const testbed = new FakeTestbed(behaviour);
    testbeds.push(testbed);
    return testbed;
  };
  const suite = makeSuite(campaign.options);
  const context = {
    newTestbed,
    codeBase: fakeCodeBase,
    progress: SILENT,
    signal: control.signal,
    runs,
    campaign,
  };
  try {
    return { folder: await runToResult(suite, context), testbeds };
  } catch (error) {
    if (error instanceof UserError) return { error, testbeds };
    throw error;
  }
}

async function begin(options = OPTIONS): Promise<Campaign> {
  return Campaign.create(runs, options, makeSuite(options));
}

/** Ends the campaign as a user would. */
async function interruptAt(stage: string, count = 1, options = OPTIONS): Promise<Campaign> {
  const campaign = await begin(options);
  const control = new AbortController();
  let seen = 0;
  const at = (name: string) => {
    if (name.replace(/:\d+$/, '') === stage && ++seen === count) control.abort();
  };
  const { error } = await attempt(campaign, { at }, control);
  expect(error?.kind).toBe('interrupted');
  expect(error?.advice).toContain(`run --resume ${campaign.folder}`);
  return Campaign.open(campaign.folder);
}

/** Rows of a table without the columns that tell in which life they were measured. */
async function rows(folder: string, name: string): Promise<string[]> {
  const text = await readFile(join(folder, name), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => line.split(',').slice(2).join());
}

async function expectWhole(folder: string | undefined, options = OPTIONS): Promise<void> {
  const whole = (await attempt(await begin(options))).folder as string;
  const names = (await readdir(whole)).filter((name) => name.endsWith('.csv'));
  for (const name of names) {
    expect(await rows(folder as string, name)).toEqual(await rows(whole, name));
  }
  const [resumed, uninterrupted] = [await readResult(folder as string), await readResult(whole)];
  expect(resumed.manifest.order).toEqual(uninterrupted.manifest.order);
  expect(withoutBoots(resumed.summary)).toEqual(withoutBoots(uninterrupted.summary));
  expect(resumed.summary.events).toEqual(uninterrupted.summary.events);
  expect(resumed.summary.digests).toEqual(uninterrupted.summary.digests);
  expect(resumed.summary.status).toBe('success');
}

describe('a run of several boots', () => {
  it('has each level in its samples, a testbed a boot, and nothing but a result at the end', async () => {
    const { folder, testbeds } = await attempt(await begin());
    expect(testbeds).toHaveLength(2);
    expect(
      testbeds.every(({ live, running, processes }) => live.size + processes === 0 && !running),
    ).toBe(true);
    expect(
      testbeds.every(({ log }) => log.filter((stage) => stage === 'create:target').length === 2),
    ).toBe(true);
    expect(await readdir(runs)).toEqual([folder?.slice(runs.length + 1)]);
    const text = await readFile(join(folder as string, 'samples.csv'), 'utf8');
    const cells = text
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(','));
    const places = new Set(cells.map(([boot, domain, block]) => `${boot} ${domain} ${block}`));
    expect([...places]).toEqual(['0 0 0', '0 1 1', '1 0 2', '1 1 3']);
    const { summary, manifest } = await readResult(folder as string);
    expect(summary.refusals.map(({ times }) => times)).toEqual([4, 4, 4]);
    expect(summary.digests).toHaveLength(2);
    expect(summary.ratios.every(({ blocks }) => blocks === 4)).toBe(true);
    expect(manifest.lives).toBe(2);
    expect(manifest.clocks).toHaveLength(2 * 4);
    expect(manifest.clocks.every(({ monotonic, readCost }) => monotonic && readCost === 3)).toBe(
      true,
    );
    expect(manifest.command).toContain('--boots 2 --domains 2');
    expect(
      Object.keys(manifest.files)
        .filter((name) => name.startsWith('console-'))
        .sort(),
    ).toEqual([
      ...['console-target-0-1.log.gz', 'console-target-1-0.log.gz', 'console-target-1-1.log.gz'],
      ...['console-target.log.gz', 'console-xen-1.log.gz', 'console-xen.log.gz'],
    ]);
  });

  it('keeps a wrong answer as a failure, and nothing to resume', async () => {
    const campaign = await begin();
    const { folder } = await attempt(campaign, {
      reply: (from, line) =>
        answer(from, line, (records) =>
          records.map((record) =>
            record.type === 'B'
              ? {
                  ...record,
                  payload: String(record.payload).replace(/digest=\w{4}/, 'digest=0000'),
                }
              : record,
          ),
        ),
    });
    expect((await readResult(folder as string)).summary.status).toBe('failure');
    expect((await readdir(runs)).filter((name) => name.startsWith(CAMPAIGN_PREFIX))).toEqual([]);
  });
});

describe('an interrupted run', () => {
  it.each([
    ['a boot', 'start', 2],
    ['a creation', 'create:target', 3],
    ['a creation of the same boot', 'create:target', 2],
    ['a block', 'job', 12],
    ['a job', 'job', 7],
    ['a job of protocol seed-2018', 'job', 2],
    ['a request that is to be refused', 'refusal', 2],
    ['the end of a boot', 'stop', 1],
  ])('goes on after %s', async (_what, stage, count) => {
    const campaign = await interruptAt(stage, count);
    const { folder } = await attempt(campaign);
    await expectWhole(folder);
    expect((await readResult(folder as string)).manifest.lives).toBeGreaterThanOrEqual(2);
  });

  it('goes on after any number of interruptions', async () => {
    let campaign = await interruptAt('job', 5);
    for (const count of [4, 3, 8]) {
      const control = new AbortController();
      let seen = 0;
      const at = (name: string) => {
        if (name.startsWith('job:') && ++seen === count) control.abort();
      };
      await attempt(campaign, { at }, control);
      campaign = await Campaign.open(campaign.folder);
    }
    await expectWhole((await attempt(campaign)).folder);
  });

  it('goes on with events from the job that was under way', async () => {
    for (const [stage, count] of [
      ['events', 3],
      ['create:target', 2],
    ] as const) {
      const campaign = await interruptAt(stage, count, WITH_EVENTS);
      await expectWhole((await attempt(campaign)).folder, WITH_EVENTS);
    }
  });

  it('goes on after a host that died', async () => {
    const campaign = await begin();
    const dies = (name: string, testbed: FakeTestbed) => {
      if (name === 'job:9') testbed.lose('killed');
    };
    const { error } = await attempt(campaign, { at: dies });
    expect(error?.message).toContain('The testbed was lost');
    expect(error?.advice).toContain('--resume');
    await expectWhole((await attempt(await Campaign.open(campaign.folder))).folder);
  });

  it('loses at most the batch in flight, wherever its program was killed', async () => {
    const campaign = await interruptAt('console', 2);
    await campaign.close();
    const path = join(campaign.folder, 'journal.jsonl');
    const whole = await readFile(path);
    const expected = await rows((await attempt(await begin())).folder as string, 'samples.csv');
    const lines = whole.toString().split('\n');
    const first = Buffer.byteLength(`${lines[0]}\n`);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: first, max: whole.length }), async (cut) => {
        await rm(join(runs, campaign.id), { recursive: true, force: true });
        await mkdir(campaign.folder, { recursive: true });
        await writeFile(path, whole.subarray(0, cut));
        const kept = whole.subarray(0, cut).toString().split('\n').slice(0, -1);
        const opened = await Campaign.open(campaign.folder);
        let replayed = 0;
        await opened.replay(makeSuite(OPTIONS), {
          ...FORGETFUL,
          record: async () => void replayed++,
        });
        expect(replayed).toBe(kept.filter((line) => line.includes('"kind":"pages"')).length);
        const { folder } = await attempt(opened);
        expect(await rows(folder as string, 'samples.csv')).toEqual(expected);
      }),
      { numRuns: 15 },
    );
  }, 60_000);

  it('is not gone on with on another host', async () => {
    const campaign = await interruptAt('job', 5);
    const { error } = await attempt(campaign, { xen: '4.20.0' });
    expect(error?.message).toContain('Xen was 4.17.5, FLASK enforcing and is 4.20.0');
  });

  it('is not gone on with by a program that plans otherwise', async () => {
    const campaign = await interruptAt('job', 5);
    expect(() => campaign.demandPlan(makeSuite({ ...OPTIONS, seed: '2' }))).toThrow(
      'plans otherwise',
    );
    campaign.demandPlan(makeSuite(OPTIONS));
    await campaign.close();
  });

  it('belongs to one process at a time', async () => {
    const campaign = await interruptAt('job', 5);
    await expect(Campaign.open(campaign.folder)).rejects.toThrow('another process');
    expect(await removeCampaigns(runs)).toEqual([]);
    await campaign.close();
    expect(await removeCampaigns(runs)).toEqual([campaign.folder]);
  });

  it('leaves nothing when nothing was measured', async () => {
    const control = new AbortController();
    const at = (name: string) => {
      if (name === 'ready') control.abort();
    };
    const { error } = await attempt(await begin(), { at }, control);
    expect(error?.advice).not.toContain('--resume');
    expect(await readdir(runs)).toEqual([]);
  });

  it('is its result when it was killed right after writing that', async () => {
    const campaign = await interruptAt('console', 2);
    await campaign.close();
    await cp(campaign.folder, `${campaign.folder}-copy`, { recursive: true });
    const { folder } = await attempt(await Campaign.open(campaign.folder));
    await cp(`${campaign.folder}-copy`, campaign.folder, { recursive: true });
    const again = await attempt(await Campaign.open(campaign.folder));
    expect(again).toMatchObject({ folder, testbeds: [] });
  });

  it('names what is wrong with a folder', async () => {
    await expect(Campaign.open(join(runs, 'none'))).rejects.toThrow('is no unfinished run');
    const campaign = await interruptAt('job', 5);
    await campaign.close();
    const path = join(campaign.folder, 'journal.jsonl');
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('"kind":"life"', '"kind":"lift"'));
    await expect(Campaign.open(campaign.folder)).rejects.toThrow('line 2: not as it was written');
    await writeFile(path, '');
    await expect(Campaign.open(campaign.folder)).rejects.toThrow('cut before anything');
  });
});

describe('observations of a campaign', () => {
  it('are kept, and handed over once when it goes on', async () => {
    const options: RawRunOptions = {
      ...OPTIONS,
      bench: ['page-walk', 'code-size'],
      state: ['cold', 'lines', 'code'],
    };
    const campaign = await begin(options);
    let creations = 0;
    const { error } = await attempt(campaign, {
      at: (stage) => {
        if (stage === 'create:target' && ++creations === 2) throw new UserError('no memory');
      },
    });
    expect(error?.message).toContain('no memory');
    const { folder } = await attempt(await Campaign.open(campaign.folder));
    const table = await rows(folder as string, 'observations.csv');
    expect(table.filter((row) => row.includes('total')).length).toBe(4);
  });
});
