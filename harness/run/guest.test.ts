import { describe, expect, it } from 'vitest';
import { SILENT } from '../../infra/testing/silent.ts';
import type { RawRunOptions } from '../plan/options.ts';
import { resolveOptions } from '../plan/page-walk/options.ts';
import { makePlan } from '../plan/page-walk/plan.ts';
import { domainsOf, makeSuite } from '../plan/suite.ts';
import { encodeJobRecords, helloRecord } from '../protocol/testing/encode.ts';
import { runPlan } from './run.ts';
import { fakeCodeBase } from './testing/fake-code-base.ts';
import { answer, parseJob } from './testing/fake-introspector.ts';
import { FakeTestbed } from './testing/fake-testbed.ts';

const RAW: RawRunOptions = { target: 'web', pages: '12', batch: '5', blocks: '1', timeout: '1' };

/** What happens to the guest, after each of its batches or before the run looks at it. */
type After = (guest: FakeTestbed['strangers'] extends Set<infer Guest> ? Guest : never) => void;

/** The host of the last run. */
let seen: FakeTestbed;

/** Runs on a guest that is there; `edit` changes what an introspector answers. */
async function run(
  raw: RawRunOptions = {},
  edit: typeof answer = answer,
  after?: After,
  before?: After,
) {
  const jobs: Record<string, string>[] = [];
  const testbed = new FakeTestbed({
    at: (stage, { strangers }) => {
      if (stage === 'guest') for (const guest of strangers) before?.(guest);
    },
    reply(from, line, { strangers }) {
      const job = parseJob(line);
      jobs.push(job);
      const reply = edit(from, line);
      if (job.workload === 'page-walk') for (const guest of strangers) after?.(guest);
      return reply;
    },
  });
  seen = testbed;
  const outcome = await runPlan(makePlan(resolveOptions({ ...RAW, ...raw })), {
    testbed,
    codeBase: fakeCodeBase,
    recorder: {
      async record() {},
      async recordEvents() {},
      async recordEventTotals() {},
      async recordObservations() {},
    },
    progress: SILENT,
    signal: new AbortController().signal,
  });
  return { outcome, testbed, jobs };
}

it('reads a guest that runs, where its pages were found', async () => {
  const { outcome, testbed, jobs } = await run();
  expect(outcome).toMatchObject({
    status: 'success',
    facts: { region: { pageSize: '2m', kind: 'kernel' } },
  });
  expect(testbed.log.filter((stage) => /^(create|destroy):target|pause/.test(stage))).toEqual([]);
  expect([...testbed.live]).toEqual([]);
  expect(testbed.processes).toBe(0);
  expect(jobs[0]).toMatchObject({ workload: 'locate', pages: '12' });
  const walks = jobs.filter(({ workload }) => workload === 'page-walk');
  expect(walks.length).toBeGreaterThan(0);
  for (const walk of walks) {
    expect(walk).toMatchObject({
      base: '0xffffffff81000000',
      depth: '3',
      cr3: '0x1234000',
      levels: '4',
    });
  }
  const { digests, refusals, warnings } = outcome.facts;
  expect(digests.map(({ arm, digest, expected }) => [arm, digest === expected])).toEqual([
    ['dom0', true],
    ['minios', true],
  ]);
  expect(refusals.map(({ attempt }) => attempt)).toEqual([
    'other-domain-writable',
    'other-domain',
    'target-unlabelled',
  ]);
  const asked = jobs.filter(({ attempt }) => attempt === 'write-map');
  const [stranger] = testbed.strangers;
  expect(asked.map(({ domid }) => Number(domid))).not.toContain(stranger?.domid);
  expect(warnings.join()).toContain('The guest is not ours');
});

it('begins at an address that is given', async () => {
  const { outcome, jobs } = await run({ address: '0xffff888000000000' });
  expect(jobs[0]?.base).toBe('0xffff888000000000');
  expect(outcome.facts.region?.kind).toBe('address');
});

/** An introspector whose pages, when it is asked where some are, are these. */
function found(...regions: readonly string[]): typeof answer {
  let next = 0;
  return (from, line) =>
    answer(from, line, (records) =>
      records.map((record) =>
        record.type === 'P' ? { type: 'P', payload: regions[next++] ?? '' } : record,
      ),
    );
}

const HEAP = 'base=0x5a0000000000 pages=12 depth=4 cr3=0x1234000 levels=4 mode=kernel';

it('reads pages of the process that its vcpu is in, and says so', async () => {
  const { outcome, jobs } = await run({ region: 'process' }, found(HEAP));
  expect(jobs[0]).toMatchObject({ workload: 'locate', pages: '12', region: 'process' });
  expect(jobs[0]).not.toHaveProperty('base');
  expect(outcome).toMatchObject({
    status: 'success',
    facts: { region: { base: 0x5a0000000000n, pageSize: '4k', kind: 'process' } },
  });
  for (const walk of jobs.filter(({ workload }) => workload === 'page-walk')) {
    expect(walk).toMatchObject({ base: '0x5a0000000000', depth: '4', cr3: '0x1234000' });
  }
  expect(outcome.facts.warnings.join()).toContain('the process that vcpu 0 was in');
  expect((await run()).outcome.facts.warnings.join()).not.toContain('process');
});

describe("what is the guest's, the address's or the policy's and not ours", () => {
  it.each([
    ['vcpu 0 is in no process: nothing is mapped', 'skipped', /Try again while the guest works/],
    ['vcpu 0 is not in long mode (EOPNOTSUPP)', 'skipped', /A guest of 32 bits/],
    ['vcpu 0 has no entry of system calls: give an address', 'usage', /--address/],
    ['no page of memory is mapped at 0x8000000000000000', 'usage', /Give an --address that/],
    ["the guest's memory is populated on demand, 7 pages", 'skipped', /balloon driver/],
    ["Xen does not tell whether the guest's memory", 'skipped', /getpodtarget/],
    ['registers of vcpu 0 cannot be read: EACCES', 'skipped', /gethvmc/],
  ])('is told as that: %s', async (said, kind, advice) => {
    const { outcome } = await run({}, (from, line) => {
      const { seq, workload } = parseJob(line);
      if (workload !== 'locate') return answer(from, line);
      return encodeJobRecords(Number(seq), [helloRecord(from)], `status=error ${said}`);
    });
    const told =
      outcome.status === 'skipped'
        ? outcome.reason
        : outcome.status === 'error'
          ? `${outcome.error.message} ${outcome.error.advice}`
          : '';
    expect(outcome).toMatchObject(
      kind === 'skipped' ? { status: 'skipped' } : { status: 'error', error: { kind } },
    );
    expect(told).toMatch(/^web cannot be read: /);
    expect(told).toContain(said);
    expect(told).toMatch(advice);
  });

  it('and what is none of that stays an error of our side', async () => {
    const { outcome } = await run({}, (from, line) => {
      const { seq, workload } = parseJob(line);
      if (workload !== 'locate') return answer(from, line);
      return encodeJobRecords(Number(seq), [helloRecord(from)], 'status=error out of memory');
    });
    expect(outcome).toMatchObject({ status: 'error', error: { kind: 'error' } });
  });
});

it('does not mix pages of two sizes, of two processes', async () => {
  const other = 'base=0x400000 pages=12 depth=3 cr3=0x4321000 levels=4 mode=kernel';
  const { outcome } = await run({ region: 'process', domains: '2' }, found(HEAP, other));
  expect(outcome).toMatchObject({ status: 'error' });
  expect('error' in outcome && outcome.error.message).toBe(
    'web has pages of 2m there now, and of 4k when the run began: they are not one measurement.',
  );
});

it('pauses it where that is allowed, and lets it go on', async () => {
  const { outcome, testbed } = await run({ allowPause: true });
  expect(outcome.status).toBe('success');
  expect(testbed.log).toContain('pause');
  expect([...testbed.strangers].map(({ paused }) => paused)).toEqual([0]);
  expect(testbed.measuredUnpaused).toBe(false);
});

/** A guest that runs for half a second more. */
const goesOn: After = (guest) => {
  guest.seconds += 0.5;
};
/** Somebody changes what it is. */
function made(change: Partial<Parameters<After>[0]>): After {
  return (guest) => void Object.assign(guest, change);
}

describe('what its owner does with it after its last page', () => {
  const held: RawRunOptions = { allowPause: true };
  it.each<[string, RawRunOptions, After, string, string]>([
    ['let run', held, made({ paused: 0 }), 'error', 'somebody has it running now'],
    ['paused', {}, made({ paused: 1 }), 'error', 'somebody has it paused now'],
    ['let run for a while', held, goesOn, 'error', '(0.5 s)'],
    ['saved', {}, made({ interrupted: true }), 'error', 'was saved, or asked to'],
    ['being saved', {}, made({ suspended: true }), 'error', 'was saved, or asked to'],
    ['destroyed', {}, made({ up: false }), 'crash', 'died in mid-run'],
  ])('does not pass: %s', async (_case, raw, act, status, message) => {
    const { outcome, testbed } = await run(raw, answer, act);
    expect(outcome).toMatchObject({ status, error: { kind: status } });
    expect('error' in outcome && outcome.error.message).toContain(message);
    expect(testbed.log).toContain('unwatched:web');
  });

  it('does not pass when its owner had paused it himself, and lets it run', async () => {
    const { outcome } = await run({}, answer, made({ paused: 0 }), made({ paused: 1 }));
    expect(outcome).toMatchObject({ status: 'error' });
    expect('error' in outcome && outcome.error.message).toContain('was paused when the run began');
  });

  it('passes where it went on as it was, and where the paper’s way let it run', async () => {
    const ranOn = await run({}, answer, goesOn);
    expect(ranOn.outcome.status).toBe('success');
    const { outcome, jobs } = await run(held, (from, line, edit) => {
      if (parseJob(line).state === 'seed-2018') for (const guest of seen.strangers) goesOn(guest);
      return answer(from, line, edit);
    });
    expect(jobs.map(({ state }) => state)).toContain('seed-2018');
    expect(outcome.status).toBe('success');
  });

  it('is a crash of the guest where it is gone when a refusal is asked for', async () => {
    const { outcome } = await run({}, (from, line, edit) => {
      const { workload, domid } = parseJob(line);
      const [guest] = seen.strangers;
      if (workload !== 'refusal' || Number(domid) !== guest?.domid) return answer(from, line, edit);
      guest.up = false;
      return answer(from, line, (records) =>
        records.map((record) =>
          record.type === 'R' ? { ...record, payload: 'attempt=foreign-map errno=3' } : record,
        ),
      );
    });
    expect(outcome).toMatchObject({ status: 'crash' });
    expect('error' in outcome && outcome.error.message).toMatch(
      /^target-unlabelled: the domain web \(id \d+\) died, or was restarted/,
    );
  });
});

it('says when there are fewer pages', async () => {
  const { outcome } = await run({ pages: '2000' });
  expect(outcome).toMatchObject({ status: 'error', error: { kind: 'usage' } });
  expect('error' in outcome && outcome.error.message).toBe(
    'web has 1000 pages in a row there (in pages of 2m), not 2000.',
  );
  expect('error' in outcome && outcome.error.advice).toContain(
    'try again: vcpu 0 was in user mode',
  );
  const few = 'base=0x400000 pages=3 depth=4 cr3=0x1234000 levels=4 mode=kernel';
  const { outcome: fewer } = await run({ region: 'process' }, found(few));
  expect('error' in fewer && fewer.error.advice).toBe(
    'Use --pages 3, or try again: vcpu 0 may be in another process.',
  );
});

it('fails when the bytes are not those of the first reading', async () => {
  let walks = 0;
  const { outcome } = await run({}, (from, line) => {
    const first = parseJob(line).workload !== 'page-walk' || walks++ === 0;
    return answer(from, line, (records) =>
      records.map((record) =>
        first || typeof record.payload !== 'string'
          ? record
          : {
              ...record,
              payload: record.payload.replace(/digest=[0-9a-f]+/, `digest=${'f'.repeat(16)}`),
            },
      ),
    );
  });
  expect(outcome).toMatchObject({ status: 'failure' });
  expect('reason' in outcome && outcome.reason).toContain(
    'with --allow-pause the guest stands still',
  );
});

it('has page-walk as its only benchmark, and no target to make', () => {
  const suite = makeSuite({ target: 'web' });
  expect(suite.map(({ benchmark }) => benchmark)).toEqual(['page-walk']);
  expect(domainsOf(suite).map(({ role }) => role)).not.toContain('target');
  expect(() => makeSuite({ target: 'web', bench: ['events'] })).toThrow(
    'benchmark events does more',
  );
});
