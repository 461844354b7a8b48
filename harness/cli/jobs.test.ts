/**
 * Runs on several machines: the result does not depend on how many are up at once, and one that breaks
 * costs its own benchmark.
 */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../../infra/errors.ts';
import { deferred } from '../../infra/process/deferred.ts';
import { RecordedProgress } from '../../infra/testing/support.ts';
import { DrawnCharts } from '../../reports/charts/drawn.ts';
import { Campaign } from '../../results/campaign/campaign.ts';
import { CAMPAIGN_PREFIX } from '../../results/campaign/leftover.ts';
import { readSet } from '../../results/measured.ts';
import { readResult } from '../../results/store/reader.ts';
import { withoutBoots } from '../../results/testing/without-boots.ts';
import { machinesOf } from '../campaign/machines.ts';
import { compareSets } from '../compare/compare.ts';
import type { RawRunOptions } from '../plan/options.ts';
import { makeSuite } from '../plan/suite.ts';
import { fakeCodeBase } from '../run/testing/fake-code-base.ts';
import { answer } from '../run/testing/fake-introspector.ts';
import { type FakeBehaviour, FakeTestbed } from '../run/testing/fake-testbed.ts';
import { ReportAhead } from './ahead.ts';
import { drawReport } from './commands/show.ts';
import { runToResult } from './session.ts';
import type { Ahead } from './so-far.ts';

const OPTIONS: RawRunOptions = {
  bench: ['page-walk', 'events', 'code-size'],
  state: ['cold', 'warm', 'cpuid', 'lines', 'text'],
  pages: '12',
  batch: '5',
  blocks: '1',
  events: '10',
};

let runs: string;

beforeEach(async () => {
  runs = await mkdtemp(join(tmpdir(), 'tinyvmi-jobs-'));
});
afterEach(() => rm(runs, { recursive: true, force: true }));

/** A run on a machine for each benchmark. */
interface Ran {
  folder: string | undefined;
  error: UserError | undefined;
  testbeds: FakeTestbed[];
  /** Most machines that were up at once. */
  most: number;
  lines: string[];
}

interface How {
  jobs?: number;
  raw?: RawRunOptions;
  behaviour?: FakeBehaviour;
  control?: AbortController;
  campaign?: Campaign;
  ahead?: Ahead;
}

async function run({
  jobs = 1,
  raw = OPTIONS,
  behaviour = {},
  control = new AbortController(),
  campaign,
  ahead,
}: How): Promise<Ran> {
  const suite = makeSuite(raw);
  const testbeds: FakeTestbed[] = [];
  const progress = new RecordedProgress();
  let most = 0;
  const at: FakeBehaviour['at'] = async (stage, testbed) => {
    most = Math.max(most, testbeds.filter(({ running }) => running).length);
    await behaviour.at?.(stage, testbed);
  };
  const ended = { testbeds, lines: progress.lines, folder: undefined, error: undefined };
  try {
    const folder = await runToResult(suite, {
      newTestbed: async () => {
        const testbed = new FakeTestbed({ ...behaviour, at });
        testbeds.push(testbed);
        return testbed;
      },
      machines: machinesOf(suite, { quick: true, asked: false }),
      jobs,
      codeBase: fakeCodeBase,
      progress,
      signal: control.signal,
      runs,
      campaign,
      ahead,
    });
    return { ...ended, folder, most };
  } catch (error) {
    return { ...ended, error: error as UserError, most };
  }
}

function expectAllDown({ testbeds }: Ran): void {
  for (const { running, processes, live } of testbeds) {
    expect([running, processes, live.size]).toEqual([false, 0, 0]);
  }
}

/** Every data file of a result. */
async function dataOf(folder: string): Promise<Map<string, string>> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.csv')).sort();
  const texts = names.map(
    async (name) => [name, await readFile(join(folder, name), 'utf8')] as const,
  );
  return new Map(await Promise.all(texts));
}

/** The machine of events loses its host in mid-run. */
const eventsDie: FakeBehaviour = {
  at: (stage, testbed) => {
    if (stage === 'events:2') testbed.lose('QEMU was killed');
  },
};

describe('one benchmark, one machine', () => {
  it('gives the same result whether one is up at a time or three, whichever ends first', async () => {
    const alone = await run({ jobs: 1 });
    // Page-walk, which is first in the plan, ends last.
    const at: FakeBehaviour['at'] = async (stage) =>
      void (stage.startsWith('job:') && (await sleep(5)));
    const together = await run({ jobs: 3, behaviour: { at } });
    expect([alone.most, together.most]).toEqual([1, 3]);
    expectAllDown(alone);
    expectAllDown(together);
    const [one, three] = [alone.folder as string, together.folder as string];
    expect(await dataOf(three)).toEqual(await dataOf(one));
    const [a, b] = [await readResult(one), await readResult(three)];
    expect(b.summary).toEqual(a.summary);
    for (const key of [
      'order',
      'clocks',
      'domains',
      'region',
      'machines',
      'lives',
      'command',
    ] as const) {
      expect(b.manifest[key]).toEqual(a.manifest[key]);
    }
    expect(Object.keys(b.manifest.files)).toEqual(Object.keys(a.manifest.files));
  });

  it('tells the machines apart, and what was refused on each', async () => {
    const { folder } = await run({ jobs: 2 });
    const { summary, manifest } = await readResult(folder as string);
    expect(summary.status).toBe('success');
    expect(manifest.machines).toEqual([['page-walk'], ['events'], ['code-size']]);
    const clocks = manifest.clocks.map(({ benchmark, arm }) => `${benchmark} ${arm}`);
    expect(clocks.filter((clock) => !clock.startsWith('code-size')).sort()).toEqual([
      ...['events dom0', 'events minios', 'page-walk dom0', 'page-walk minios'],
    ]);
    const consoles = Object.keys(manifest.files).filter((name) => name.startsWith('console-'));
    expect(consoles).toEqual(
      expect.arrayContaining([
        ...['console-xen.log.gz', 'console-xen-events.log.gz', 'console-xen-code-size.log.gz'],
        ...['console-target.log.gz', 'console-event-target-events.log.gz'],
      ]),
    );
    expect(summary.refusals.map(({ attempt, times }) => [attempt, times])).toEqual(
      expect.arrayContaining([
        ['target-writable', 2],
        ['read-only-events', 1],
      ]),
    );
  });

  it('measures what one machine measures', async () => {
    const apart = await run({ jobs: 2 });
    const suite = makeSuite(OPTIONS);
    const shared = await runToResult(suite, {
      newTestbed: async () => new FakeTestbed(),
      codeBase: fakeCodeBase,
      progress: new RecordedProgress(),
      signal: new AbortController().signal,
      runs,
    });
    expect(await dataOf(apart.folder as string)).toEqual(await dataOf(shared));
    expect((await readResult(shared)).manifest.machines).toBeUndefined();
  });

  it('says whose progress it is', async () => {
    const { lines } = await run({ jobs: 3 });
    expect(lines.some((line) => line.startsWith('step page-walk: Measuring'))).toBe(true);
    expect(lines.some((line) => line.startsWith('step events: Listening'))).toBe(true);
  });
});

describe('the report of a run on several machines', () => {
  /** The machine of page-walk takes longer than the others, until all that is drawn ahead is. */
  function slowly(until: Promise<void>): FakeBehaviour {
    return { at: async (stage) => void (stage === 'job:9' && (await until)) };
  }

  it('is drawn of what is measured while the last one measures, and has the same bytes', async () => {
    const report = new ReportAhead();
    let drawn = () => {};
    const until = new Promise<void>((resolve) => {
      drawn = resolve;
    });
    const asked: string[][] = [];
    const ahead: Ahead = {
      draw: async (result) => {
        asked.push([...new Set(result.summary.measures.map(({ benchmark }) => benchmark))]);
        await report.draw(result);
        if (asked.at(-1)?.includes('events')) drawn();
      },
      end: () => report.end(),
    };
    const { folder = '' } = await run({ jobs: 3, behaviour: slowly(until), ahead });
    expect(asked.at(-1)).toContain('events');
    expect(asked.flat()).not.toContain('page-walk');
    const before = report.charts.size;
    expect(before).toBeGreaterThan(0);
    const progress = new RecordedProgress();
    const drawnOf = async (charts: DrawnCharts) => {
      const out = await mkdtemp(join(runs, '.report-'));
      const { files } = await drawReport(folder, progress, { out, charts });
      const bytes = Object.values(files)
        .flat()
        .map((path) => readFile(path, 'latin1'));
      return Promise.all(bytes);
    };
    const plain = new DrawnCharts();
    expect(await drawnOf(report.charts)).toEqual(await drawnOf(plain));
    // All that was drawn ahead was taken: nothing but the charts of page-walk came to it.
    expect(report.charts.size).toBe(plain.size);
  });

  it('is not drawn where machines follow each other', async () => {
    let asked = 0;
    const ahead = { draw: async () => void asked++, end: () => {} };
    const raw = { ...OPTIONS, bench: ['page-walk', 'events'], state: ['cold', 'cpuid'] };
    expect((await run({ jobs: 1, raw, ahead })).error).toBeUndefined();
    expect(asked).toBe(0);
  });

  it('is whole when drawing ahead failed', async () => {
    const ahead = { draw: () => Promise.reject(new Error('no canvas')), end: () => {} };
    const { folder = '' } = await run({ jobs: 3, ahead });
    expect((await readResult(folder)).summary.status).toBe('success');
  });
});

describe('a machine that dies', () => {
  it('fails its benchmark alone', async () => {
    const ran = await run({ jobs: 2, behaviour: eventsDie });
    expectAllDown(ran);
    const { summary, manifest } = await readResult(ran.folder as string);
    expect(summary.status).toBe('error');
    expect(summary.reason).toContain('events: The testbed was lost: QEMU was killed');
    expect(summary.broken).toEqual([
      { benchmark: 'events', status: 'error', reason: expect.stringContaining('QEMU was killed') },
    ]);
    expect(new Set(summary.measures.map(({ benchmark }) => benchmark))).toEqual(
      new Set(['page-walk', 'code-size']),
    );
    expect(summary.events).toEqual([]);
    expect(summary.digests.map(({ benchmark }) => benchmark)).toEqual(['page-walk', 'page-walk']);
    const tables = Object.keys(manifest.files).filter((name) => name.endsWith('.csv'));
    expect(tables).toEqual(['batches.csv', 'samples.csv', 'observations.csv']);
    expect(ran.lines).toContainEqual(expect.stringContaining('warn events: The testbed was lost'));
  });

  it('leaves a report of the others that says so', async () => {
    const { folder } = await run({ behaviour: eventsDie });
    const { model, files } = await drawReport(folder as string, new RecordedProgress());
    expect(Object.keys(files)).toHaveLength(5);
    expect(model.status).toBe('error');
    expect(model.overview?.rows.length).toBeGreaterThan(0);
    expect(model.notes[0]).toContain('Benchmark events was not measured (error)');
    expect(model.abstract[0]).toContain('each benchmark on a machine of its own');
  });

  it('leaves figures of the others that can be compared', async () => {
    const { folder } = await run({ behaviour: eventsDie });
    const { folder: other } = await run({});
    const [broken, whole] = [await readSet(folder as string), await readSet(other as string)];
    const { rows, missing } = compareSets(broken, whole, { ignore: [] });
    const sampled = rows.filter(({ benchmark }) => benchmark !== 'code-size');
    expect(new Set(sampled.map(({ benchmark }) => benchmark))).toEqual(new Set(['page-walk']));
    expect(missing).toEqual([
      { benchmark: 'events', arm: 'dom0', state: 'cpuid', from: 'a' },
      { benchmark: 'events', arm: 'minios', state: 'cpuid', from: 'a' },
    ]);
  });

  it('ends the run with the worst that happened', async () => {
    const { folder } = await run({
      jobs: 2,
      behaviour: {
        at: (stage, testbed) => {
          if (stage === 'job:2') testbed.domain('target').die();
          if (stage === 'events:2') testbed.lose('QEMU was killed');
        },
      },
    });
    const { summary } = await readResult(folder as string);
    expect(summary.status).toBe('crash');
    expect(summary.broken?.map(({ benchmark, status }) => [benchmark, status])).toEqual([
      ['page-walk', 'crash'],
      ['events', 'error'],
    ]);
  });

  it('is an error when it leaves nothing that was measured', async () => {
    const raw = { ...OPTIONS, bench: ['page-walk', 'events'], state: ['cold', 'cpuid'] };
    const at: FakeBehaviour['at'] = (stage, testbed) =>
      void (/^(job|events):0$/.test(stage) && testbed.lose('the end'));
    const { error } = await run({ jobs: 2, raw, behaviour: { at } });
    expect(error?.kind).toBe('error');
    expect(error?.message).toBe(
      'page-walk: The testbed was lost: the end\nevents: The testbed was lost: the end',
    );
    expect(await readdir(runs)).toEqual([]);
  });
});

it('goes on elsewhere when an answer is wrong, and has no figures', async () => {
  const ran = await run({
    jobs: 1,
    behaviour: {
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
    },
  });
  const { summary, manifest } = await readResult(ran.folder as string);
  expect(summary.status).toBe('failure');
  expect(summary.reason).toMatch(/^page-walk: .*wrong bytes/);
  expect(summary.measures).toEqual([]);
  expect(Object.keys(manifest.files)).toContain('events.csv');
});

it('leaves out a benchmark that its machine cannot answer, and what it recorded before', async () => {
  const at: FakeBehaviour['at'] = (stage) => {
    if (stage === 'events:2') throw new UserError('no such events here', { kind: 'skipped' });
  };
  const raw = {
    ...OPTIONS,
    bench: ['page-walk', 'events', 'boot'],
    state: ['cold', 'cpuid', 'first-page'],
  };
  const { folder } = await run({ jobs: 2, raw, behaviour: { at } });
  const { summary, manifest } = await readResult(folder as string);
  expect(summary.status).toBe('success');
  const skipped = summary.skipped.map(({ what, reason }) => `${what}: ${reason}`);
  expect(skipped).toContain('benchmark events: no such events here');
  expect(skipped).toContainEqual(expect.stringMatching(/^benchmark boot: .*no program in Dom0/));
  expect(Object.keys(manifest.files)).not.toContain('events.csv');
  expect(new Set(summary.measures.map(({ benchmark }) => benchmark))).toEqual(
    new Set(['page-walk']),
  );
});

describe('Ctrl-C', () => {
  it('ends all machines, begins no other, and leaves nothing', async () => {
    const control = new AbortController();
    const both = deferred<void>();
    let seen = 0;
    const at: FakeBehaviour['at'] = async (stage) => {
      if (!/^(job|events):3$/.test(stage)) return;
      if (++seen < 2) return both.promise;
      control.abort();
      both.resolve();
    };
    const ran = await run({ jobs: 2, control, behaviour: { at } });
    expect(ran.error?.kind).toBe('interrupted');
    expect(ran.testbeds).toHaveLength(2);
    expectAllDown(ran);
    expect(await readdir(runs)).toEqual([]);
  });
});

describe('a run that is kept', () => {
  const KEPT: RawRunOptions = { ...OPTIONS, boots: '2' };
  const begin = () => Campaign.create(runs, KEPT, makeSuite(KEPT));

  it('goes on with the benchmark that broke, and measures no other again', async () => {
    const campaign = await begin();
    const broken = await run({ jobs: 2, raw: KEPT, campaign, behaviour: eventsDie });
    expect(broken.error?.message).toContain('events: The testbed was lost');
    expect(broken.error?.advice).toContain(`run --resume ${campaign.folder}`);
    const again = await Campaign.open(campaign.folder);
    const resumed = await run({ jobs: 2, raw: KEPT, campaign: again });
    const pageWalks = ({ testbeds }: Ran) => testbeds.filter(({ log }) => log.includes('job:9'));
    const whole = await run({ jobs: 1, raw: KEPT, campaign: await begin() });
    expect([broken, resumed, whole].map((ran) => pageWalks(ran).length)).toEqual([1, 1, 2]);
    const [a, b] = [
      await readResult(whole.folder as string),
      await readResult(resumed.folder as string),
    ];
    expect(b.summary.status).toBe('success');
    expect(withoutBoots(b.summary)).toEqual(withoutBoots(a.summary));
    expect(b.summary.events).toEqual(a.summary.events);
    expect(b.summary.digests).toEqual(a.summary.digests);
    expect([a.manifest.lives, b.manifest.lives]).toEqual([2, 3]);
    const left = (await readdir(runs)).filter((name) => name.startsWith(CAMPAIGN_PREFIX));
    expect(left).toEqual([]);
  });

  it('gives the same result after an interruption', async () => {
    const campaign = await begin();
    const control = new AbortController();
    const at: FakeBehaviour['at'] = (stage) => void (stage === 'events:1' && control.abort());
    const cut = await run({ jobs: 3, raw: KEPT, campaign, control, behaviour: { at } });
    expect(cut.error?.kind).toBe('interrupted');
    const resumed = await run({ raw: KEPT, campaign: await Campaign.open(campaign.folder) });
    const whole = await run({ raw: KEPT, campaign: await begin() });
    const columns = async (folder: string | undefined) =>
      [...(await dataOf(folder as string))].map(([name, text]) => [
        name,
        text.split('\n').map((line) => line.split(',').slice(2).join()),
      ]);
    expect(await columns(resumed.folder)).toEqual(await columns(whole.folder));
  });
});
