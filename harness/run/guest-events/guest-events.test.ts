import { describe, expect, it } from 'vitest';
import type { RawRunOptions } from '../../plan/options.ts';
import { domainsOf, makeSuite } from '../../plan/suite.ts';
import { encodeJobRecords, type PlainRecord } from '../../protocol/testing/encode.ts';
import { noEvents, noRing } from '../testing/fake-events.ts';
import { answer, parseJob } from '../testing/fake-introspector.ts';
import type { FakeBehaviour } from '../testing/fake-testbed.ts';
import {
  type EndedOnFake,
  expectNothingLeft,
  messageOf,
  runOnFake,
} from '../testing/run-on-fake.ts';

const OPTIONS: RawRunOptions = {
  target: 'web',
  bench: ['events'],
  allowEvents: true,
  state: ['cpuid', 'cr3-write'],
  events: '20',
  blocks: '1',
  timeout: '1',
};

function run(
  behaviour: FakeBehaviour = {},
  raw: RawRunOptions = {},
  control = new AbortController(),
): Promise<EndedOnFake> {
  return runOnFake(makeSuite({ ...OPTIONS, ...raw }), behaviour, control);
}

/** Answers jobs of guest-events with these records instead. */
function answering(
  records: (from: 'linux' | 'minios', job: Record<string, string>) => PlainRecord[] | undefined,
): FakeBehaviour {
  return {
    reply(from, line) {
      const job = parseJob(line);
      const own = job.workload === 'guest-events' ? records(from, job) : undefined;
      return own === undefined ? answer(from, line) : encodeJobRecords(Number(job.seq), own);
    },
  };
}

/** Answers with Mini-OS's record of totals changed. */
function changedTotals(from: RegExp, to: string): FakeBehaviour {
  return {
    reply: (platform, line) =>
      answer(platform, line, (records) =>
        records.map((record) =>
          record.type === 'N' && platform === 'minios'
            ? { ...record, payload: (record.payload as string).replace(from, to) }
            : record,
        ),
      ),
  };
}

const isAboutListening = (stage: string) =>
  /^(events|listening|unlistened|destroy:introspector)/.test(stage);

describe('a run on a guest that nobody prepared', () => {
  it('writes down that it listens before it does, and strikes it out after', async () => {
    const ended = await run();
    expect(ended.outcome.status).toBe('success');
    const stages = ended.testbed.log.filter(isAboutListening);
    expect(stages.filter((stage) => stage.startsWith('events:'))).toHaveLength(8);
    for (const [at, stage] of stages.entries()) {
      if (!stage.startsWith('events:')) continue;
      expect(stages[at - 1]).toMatch(/^listening:web (cpuid|cr3-write)$/);
      expect(stages[at + 1]).toBe('unlistened:web');
    }
    expect(ended.testbed.log).not.toContain('events-off');
    expect(ended.testbed.log.filter((stage) => /pause|create:target/.test(stage))).toEqual([]);
    expectNothingLeft(ended);
  });

  it('counts what came and what was answered, and knows nothing of the guest’s own', async () => {
    const { outcome, batches, totals } = await run();
    expect(outcome.facts.events).toHaveLength(4);
    for (const entry of outcome.facts.events) {
      expect(entry).toMatchObject({
        benchmark: 'guest-events',
        ...{ jobs: 2, asked: 80, events: 80, extra: 2, requests: 84, responses: 84 },
        ...{ executed: null, lost: null, errors: null },
      });
    }
    expect(batches).toHaveLength(8 * 2);
    expect(totals.map(({ benchmark }) => benchmark)).toEqual(Array(8).fill('guest-events'));
    expect(outcome.facts.region).toBeUndefined();
    expect(outcome.facts.digests).toEqual([]);
    expect(outcome.facts.warnings.join()).toContain('the round trip of its events');
  });

  it('asks nobody to write to the guest, or for its ring with the reading label', async () => {
    const { outcome } = await run();
    expect(outcome.facts.refusals.map(({ attempt }) => attempt)).toEqual([
      'other-domain-writable',
      'other-domain',
      'target-unlabelled',
    ]);
  });

  it('leaves out the kinds that the guest does not make, or Xen does not offer', async () => {
    const ended = await run(
      answering((from, job) =>
        job.kind === 'cpuid' ? undefined : noEvents(from, job, from === 'minios'),
      ),
    );
    expect(ended.outcome.status).toBe('success');
    const reasons = ended.outcome.facts.skipped.map(({ what, reason }) => `${what}: ${reason}`);
    expect(reasons.sort()).toEqual([
      'cr3-write events of web, arm dom0: Xen offers no events of kind cr3-write on this host (capabilities 0x5db)',
      "cr3-write events of web, arm minios: web made no cr3-write event within 0.25 s of the introspector's clock",
    ]);
    expect(ended.totals).toHaveLength(4);
  });

  it('is skipped when there is none of any', async () => {
    const { outcome } = await run(answering((from, job) => noEvents(from, job, true)));
    expect(outcome.status).toBe('skipped');
    expect(messageOf(outcome)).toContain('web made no cpuid event');
  });

  it('leaves out an arm that is refused the ring', async () => {
    const ended = await run(
      answering((from) => (from === 'minios' ? noRing(from, 13) : undefined)),
    );
    expect(ended.outcome.status).toBe('success');
    expect(ended.outcome.facts.skipped).toEqual([
      {
        what: 'events of web, arm minios',
        reason: expect.stringContaining('introspector_event_t'),
      },
    ]);
    expect(ended.outcome.facts.events.map(({ arm }) => arm)).toEqual(['dom0', 'dom0']);
    expectNothingLeft(ended);
  });

  it('reads it first, when that is asked for too', async () => {
    const { outcome, testbed } = await run(
      {},
      { bench: undefined, state: undefined, pages: '12', batch: '5' },
    );
    expect(outcome.status).toBe('success');
    expect(outcome.facts.digests.map(({ benchmark }) => benchmark)).toContain('page-walk');
    expect(outcome.facts.events.length).toBeGreaterThan(0);
    expect([...testbed.live]).toEqual([]);
  });
});

describe('somebody else’s listener', () => {
  const taken = 'Another program listens to the events of web.';

  it('is noticed before anything is written down, and left alone', async () => {
    const ended = await run({
      reply: (from, line) =>
        answer(from, line, (records) =>
          records.map((record) =>
            record.type === 'R' && String(record.payload).includes('listener')
              ? { ...record, payload: 'attempt=listener errno=0' }
              : record,
          ),
        ),
    });
    expect(ended.outcome).toMatchObject({ status: 'error', error: { kind: 'usage' } });
    expect(messageOf(ended.outcome)).toBe(taken);
    expect(ended.testbed.log.filter((stage) => /listen|events/.test(stage))).toEqual([]);
    expectNothingLeft(ended);
  });

  it('is left alone too when it came in between', async () => {
    const ended = await run(answering((from) => noRing(from, 16)));
    expect(messageOf(ended.outcome)).toBe(taken);
    expect(ended.testbed.log).not.toContain('events-off');
    expect(ended.testbed.log.filter(isAboutListening)).toEqual([
      expect.stringMatching(/^listening:web /),
      'events:0',
      'unlistened:web',
      'destroy:introspector',
      'destroy:introspector',
    ]);
    expectNothingLeft(ended);
  });
});

it('is not begun where Dom0 could not help the guest after an accident', async () => {
  const ended = await run({
    reply: (from, line) =>
      answer(from, line, (records) =>
        records.map((record) =>
          record.type === 'R'
            ? { ...record, payload: String(record.payload).replace(/errno=2$/, 'errno=13') }
            : record,
        ),
      ),
  });
  expect(ended.outcome.status).toBe('skipped');
  expect(messageOf(ended.outcome)).toContain('Dom0 is what would let the guest go on');
  expect(ended.testbed.log.filter((stage) => /listening/.test(stage))).toEqual([]);
});

describe('a listener that dies', () => {
  it('has its events taken off when nothing of ours listens any more', async () => {
    const ended = await run(
      {
        at(stage, testbed) {
          if (stage === 'events:2') testbed.named('tv-event-introspector').die();
        },
        reply: (from, line, testbed) =>
          testbed.log.includes('events:2') && from === 'minios' ? undefined : answer(from, line),
      },
      { arm: ['minios'] },
    );
    expect(ended.outcome.status).toBe('crash');
    const stages = ended.testbed.log.filter(isAboutListening);
    expect(stages.slice(stages.indexOf('events:2'))).toEqual([
      'events:2',
      'destroy:introspector',
      'events-off',
      'unlistened:web',
      'destroy:introspector',
    ]);
    expectNothingLeft(ended);
  });

  it('stays written down when they cannot be taken off', async () => {
    const ended = await run(
      {
        at(stage, testbed) {
          if (stage === 'events:0') testbed.named('tv-event-introspector').die();
          if (stage === 'events-off') throw new Error('no luck');
        },
        reply: (from, line, testbed) =>
          testbed.log.includes('events:0') && from === 'minios' ? undefined : answer(from, line),
      },
      { arm: ['minios'] },
    );
    expect(ended.testbed.log).not.toContain('unlistened:web');
    expect(ended.warnings.join()).toContain('Could not take the events off web: no luck');
  });

  it('leaves nothing to take off when the user interrupts', async () => {
    const control = new AbortController();
    const ended = await run(
      {
        at(stage) {
          if (stage === 'events:1') control.abort();
        },
        reply: (from, line, testbed) =>
          testbed.log.includes('events:1') && parseJob(line).workload === 'guest-events'
            ? undefined
            : answer(from, line),
      },
      {},
      control,
    );
    expect(ended.outcome.status).toBe('interrupted');
    const stages = ended.testbed.log.filter(isAboutListening);
    expect(stages.indexOf('events-off')).toBeGreaterThan(stages.indexOf('destroy:introspector'));
    expectNothingLeft(ended);
  });
});

describe('an answer that does not add up', () => {
  it.each([
    [/responses=\d+/, 'responses=41', 'requests and 41 responses'],
    [/unclaimed=1/, 'unclaimed=0', 'came beyond a batch and 0 at its end'],
    [/bad=0/, 'bad=1', '1 requests of the ring made no sense'],
  ])('is a failure: %s', async (from, to, message) => {
    const { outcome } = await run(changedTotals(from, to));
    expect(outcome.status).toBe('failure');
    expect(messageOf(outcome)).toContain(message);
  });
});

describe('its options', () => {
  const planned = (raw: RawRunOptions) => makeSuite({ ...OPTIONS, state: undefined, ...raw });

  it('make a plan without a target of ours, of the kinds alone', () => {
    const suite = planned({});
    expect(suite.map(({ benchmark }) => benchmark)).toEqual(['guest-events']);
    expect(suite[0].options.states).not.toContain('cpuid-poll');
    expect(domainsOf(suite).map(({ role }) => role)).not.toContain('target');
    expect(planned({ bench: undefined }).map(({ benchmark }) => benchmark)).toEqual([
      'page-walk',
      'guest-events',
    ]);
  });

  it.each([
    [{ allowEvents: false }, 'benchmark events does more than that'],
    [{ bench: ['boot'] }, 'benchmark boot does more than that'],
    [{ allowPause: true }, 'a guest that stands still makes no events'],
    [{ target: undefined }, 'is about a guest of the host'],
    [{ state: ['busy-2'] }, '--state busy-2'],
    [{ bench: ['guest-events'] }, '--bench guest-events'],
  ])('refuse %j', (raw, message) => {
    expect(() => planned(raw)).toThrow(message);
  });
});
