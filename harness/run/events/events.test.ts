import { describe, expect, it } from 'vitest';
import type { RawRunOptions } from '../../plan/options.ts';
import { makeSuite } from '../../plan/suite.ts';
import { encodeJobRecords, type PlainRecord } from '../../protocol/testing/encode.ts';
import { noEvents } from '../testing/fake-events.ts';
import { answer, parseJob } from '../testing/fake-introspector.ts';
import { type FakeBehaviour, refusedJob } from '../testing/fake-testbed.ts';
import {
  type EndedOnFake,
  expectNothingLeft,
  messageOf,
  runOnFake,
} from '../testing/run-on-fake.ts';

const OPTIONS: RawRunOptions = {
  bench: ['events'],
  state: ['cpuid', 'cr3-write-walk'],
  events: '20',
  blocks: '1',
  timeout: '1',
};

function run(
  behaviour: FakeBehaviour = {},
  raw: RawRunOptions = OPTIONS,
  control = new AbortController(),
): Promise<EndedOnFake> {
  return runOnFake(makeSuite(raw), behaviour, control);
}

/** Answers with Mini-OS's records changed where they are of this type. */
function changed(type: string, change: (payload: string) => string): FakeBehaviour {
  const edit = (records: PlainRecord[]) =>
    records.map((record) =>
      record.type === type ? { ...record, payload: change(record.payload as string) } : record,
    );
  return { reply: (from, line) => answer(from, line, from === 'minios' ? edit : undefined) };
}

const isEvents = (line: string) => parseJob(line).workload === 'events';

describe('a run of events that goes well', () => {
  it('listens while the target runs, and undoes everything', async () => {
    const ended = await run();
    expect(ended.outcome.status).toBe('success');
    expect(ended.totals).toHaveLength(2 * 2 * 2);
    expect(ended.batches).toHaveLength(8 * 3);
    expect(ended.batches.filter(({ batch }) => !batch.monitored)).toHaveLength(8);
    expect(ended.testbed.listenedPaused).toBe(false);
    expect(ended.testbed.measuredUnpaused).toBe(false);
    expect(ended.testbed.log).not.toContain('events-off');
    expectNothingLeft(ended);
  });

  it('gives the listening domain its own label, and shows that the reading one is refused', async () => {
    const { outcome } = await run();
    const specs = outcome.facts.domains.map(({ spec }) => spec);
    expect(specs.filter(({ profile }) => profile === 'events')).toHaveLength(1);
    const refusal = outcome.facts.refusals.find(({ attempt }) => attempt === 'read-only-events');
    expect(refusal).toMatchObject({ by: 'introspector', outcome: 'refused', errno: 13 });
    expect(outcome.facts.refusals).toHaveLength(4);
  });

  it('counts on both sides, and reads the memory of the target after', async () => {
    const { outcome } = await run();
    expect(outcome.facts.events).toHaveLength(4);
    for (const entry of outcome.facts.events) {
      expect(entry).toMatchObject({
        jobs: 2,
        asked: 2 * 43,
        executed: 2 * 43,
        events: 2 * 43,
        lost: 0,
      });
      expect(entry.requests).toBe(entry.responses);
      expect(entry.hypercalls).toBe(entry.arm === 'dom0' ? null : 4 * 43);
    }
    expect(
      outcome.facts.digests.map(({ benchmark, digest, expected }) => [
        benchmark,
        digest === expected,
      ]),
    ).toEqual([
      ['events', true],
      ['events', true],
    ]);
  });

  it('is one boot with other benchmarks, each with a target of its own', async () => {
    const ended = await run({}, { pages: '12', batch: '5', blocks: '1', events: '20' });
    expect(ended.outcome.status).toBe('success');
    expect(ended.testbed.log.filter((stage) => stage === 'start')).toHaveLength(1);
    expect(ended.testbed.log.filter((stage) => stage === 'create:target')).toHaveLength(2);
    expect(ended.outcome.facts.digests.map(({ benchmark }) => benchmark)).toEqual([
      'page-walk',
      'page-walk',
      'events',
      'events',
    ]);
    expectNothingLeft(ended);
  });
});

describe('a kind that the host cannot give', () => {
  const without = (offered: boolean): FakeBehaviour => ({
    reply: (from, line) => {
      const job = parseJob(line);
      return isEvents(line) && job.kind === 'cpuid'
        ? encodeJobRecords(Number(job.seq), noEvents(from, job, offered))
        : answer(from, line);
    },
  });

  it.each([
    [false, 'offers no events of kind cpuid'],
    [true, 'but none arrived'],
  ])('is skipped with the reason (offered: %s), once for each arm', async (offered, reason) => {
    const ended = await run(without(offered));
    expect(ended.outcome.status).toBe('success');
    const skipped = ended.outcome.facts.skipped.filter(({ what }) => what.includes('cpuid'));
    expect(skipped).toHaveLength(2);
    for (const entry of skipped) expect(entry.reason).toContain(reason);
    expect(ended.totals.every(({ job }) => job.state === 'cr3-write-walk')).toBe(true);
    expectNothingLeft(ended);
  });

  it('skips the run when it is all that was asked for', async () => {
    const ended = await run(without(false), { ...OPTIONS, state: ['cpuid'] });
    expect(ended.outcome.status).toBe('skipped');
    expectNothingLeft(ended);
  });

  it('names kinds that the target does not make, with what Xen says of them', async () => {
    const { outcome } = await run();
    expect(outcome.facts.skipped).toEqual([
      {
        what: 'events of kind single-step',
        reason: expect.stringMatching(/not among the kinds.*on this host \(capabilities 0x5db\)/),
      },
      {
        what: 'events of kind memory-access',
        reason: expect.stringMatching(/^Xen answers EINVAL.*cannot restrict it on this processor/),
      },
    ]);
  });

  it.each([['0'], ['EACCES']])('says so when the host offers them (access: %s)', async (access) => {
    const offered = changed('O', (text) =>
      text.replace('single-step=0', 'single-step=1').replace('EINVAL', access),
    );
    const { outcome } = await run(offered, { ...OPTIONS, arm: ['minios'] });
    expect(outcome.status).toBe('success');
    expect(outcome.facts.skipped.map(({ reason }) => reason)).toEqual([
      'Xen offers them on this host, but the target makes no events of this kind',
      'Xen offers them on this host, but the target makes no events of this kind',
    ]);
  });

  it('skips states about several vcpus where instructions are counted', async () => {
    const alone = await run({}, { ...OPTIONS, state: ['vcpus-2'] });
    expect(alone.outcome.status).toBe('skipped');
    expect(messageOf(alone.outcome)).toContain('No events of vcpus-2: instructions are counted');
    expect(alone.totals).toEqual([]);
    expectNothingLeft(alone);
    const beside = await run({}, { ...OPTIONS, state: ['cpuid', 'busy-2'] });
    expect(beside.outcome.status).toBe('success');
    expect(beside.outcome.facts.skipped[0]?.what).toBe('events of busy-2');
    expect(beside.totals.every(({ job }) => job.state === 'cpuid')).toBe(true);
  });

  it('skips events of a PV target, alone and beside others', async () => {
    const alone = await run({}, { ...OPTIONS, target: 'pv' });
    expect(alone.outcome.status).toBe('skipped');
    expect(messageOf(alone.outcome)).toContain('PV guest');
    expectNothingLeft(alone);
    const bench = ['page-walk', 'events'];
    const beside = await run({}, { bench, pages: '12', blocks: '1', target: 'pv' });
    expect(beside.outcome.status).toBe('success');
    expect(beside.outcome.facts.skipped).toEqual([
      { what: 'benchmark events', reason: expect.stringContaining('PV guest') },
    ]);
    expectNothingLeft(beside);
  });
});

describe('vcpus that compute while others make events', () => {
  it('are ordered, and recorded apart', async () => {
    const ended = await run({}, { ...OPTIONS, state: ['busy-4', 'vcpus-2'], clock: 'wall' });
    expect(ended.outcome.status).toBe('success');
    const work = ended.batches.filter(({ batch }) => batch.work);
    expect(work.every(({ job }) => job.state === 'busy-4')).toBe(true);
    expect(work.map(({ batch }) => batch.vcpu).slice(0, 6)).toEqual([1, 1, 2, 2, 3, 3]);
    expect(work.filter(({ batch }) => batch.monitored)).toHaveLength(work.length / 2);
    expect(new Set(ended.totals.map(({ totals }) => `${totals.vcpus} ${totals.others}`))).toEqual(
      new Set(['1 3', '2 0']),
    );
    expectNothingLeft(ended);
  });

  it('are an error when they are not those that were asked for', async () => {
    const ended = await run(
      changed('N', (text) => text.replace('others=3', 'others=2')),
      { ...OPTIONS, state: ['busy-4'], clock: 'wall' },
    );
    expect(ended.outcome.status).toBe('error');
    expect(messageOf(ended.outcome)).toContain('cpuid of 1 vcpus beside 2 instead of cpuid of 1');
  });
});

describe('wrong events make the run fail', () => {
  it.each<[string, FakeBehaviour, string]>([
    ['lost ones', changed('N', (text) => text.replace('lost=0', 'lost=3')), 'executed 3 events'],
    [
      'a gap between batches',
      changed('V', (text) => text.replace('first=1042', 'first=1043')),
      'events were lost or came twice',
    ],
    [
      'a target that counted others',
      changed('N', (text) => text.replace(/executed=\d+/, 'executed=44')),
      'the target executed 44 events, the introspector handled 43',
    ],
    [
      'requests without responses',
      changed('N', (text) => text.replace(/responses=\d+/, 'responses=42')),
      '43 requests and 42 responses',
    ],
    [
      'fewer than asked',
      changed('N', (text) => text.replace(' events=43', ' events=42')),
      '42 events of 43',
    ],
    [
      'a bad request on the ring',
      changed('N', (text) => text.replace('bad=0', 'bad=1')),
      '1 requests of the ring made no sense',
    ],
    [
      'wrong results in the guest',
      changed('N', (text) => text.replace('errors=0', 'errors=2')),
      'gave the target a wrong result',
    ],
    [
      'wrong bytes under the mixed load',
      changed('N', (text) => text.replace(/digest=\w+/, 'digest=00000000deadbeef')),
      'while it handled events',
    ],
    [
      'memory that is not what it was',
      changed('B', (text) => text.replace(/digest=\w+/, 'digest=00000000deadbeef')),
      "after the events the target's memory",
    ],
  ])('%s', async (_what, behaviour, message) => {
    const ended = await run(behaviour, { ...OPTIONS, arm: ['minios'] });
    expect(messageOf(ended.outcome)).toContain(message);
    expect(ended.outcome.status).toBe('failure');
    expectNothingLeft(ended);
  });
});

describe('unusable answers are errors', () => {
  it.each<[string, FakeBehaviour, string]>([
    [
      'another kind',
      changed('N', (text) => text.replace(/kind=\S+/, 'kind=debug')),
      'reports debug',
    ],
    ['an unknown kind', changed('V', (text) => text.replace(/kind=\S+/, 'kind=x')), 'kind is "x"'],
    [
      'samples too few',
      {
        reply: (from, line) =>
          answer(from, line, (records) =>
            records.map((record) =>
              record.type === 'T'
                ? { ...record, payload: (record.payload as Uint8Array).subarray(8) }
                : record,
            ),
          ),
      },
      '19 samples for 20 events',
    ],
    [
      'totals that never came',
      {
        reply: (from, line) =>
          answer(from, line, (records) => records.filter(({ type }) => type !== 'N')),
      },
      'without all of its records',
    ],
    [
      'records out of turn',
      {
        reply: (from, line) =>
          answer(from, line, (records) => (isEvents(line) ? records.toReversed() : records)),
      },
      'out of turn',
    ],
    [
      'a second introspector on the target',
      {
        reply: (from, line) =>
          isEvents(line) && from === 'minios'
            ? refusedJob(line, 'events of the target: another introspector listens (EBUSY)')
            : answer(from, line),
      },
      'another introspector listens',
    ],
  ])('%s', async (_what, behaviour, message) => {
    const ended = await run(behaviour);
    expect(messageOf(ended.outcome)).toContain(message);
    expect(ended.outcome.status).toBe('error');
    expectNothingLeft(ended);
  });
});

describe('what ends in mid-burst', () => {
  it('the Dom0 introspector: events are taken off the target after, and only then it goes', async () => {
    const ended = await run({
      reply: (from, line, testbed) => {
        if (from === 'minios' || !isEvents(line)) return answer(from, line);
        setTimeout(() => testbed.crashProcess(137, 'Killed\n'), 5);
        return answer(from, line).slice(0, 3);
      },
    });
    expect(ended.outcome.status).toBe('crash');
    expect(messageOf(ended.outcome)).toContain('The Dom0 introspector died during the job events');
    const { log } = ended.testbed;
    expect(log).toContain('events-off');
    expect(log.indexOf('destroy:introspector')).toBeLessThan(log.indexOf('events-off'));
    expect(log.indexOf('events-off')).toBeLessThan(log.indexOf('destroy:target'));
    expectNothingLeft(ended);
  });

  it('the Mini-OS introspector: the same', async () => {
    const ended = await run({
      reply: (from, line, testbed) => {
        if (from === 'linux' || !isEvents(line)) return answer(from, line);
        setTimeout(() => testbed.named('tv-event-introspector').die('Page fault'), 5);
        return [];
      },
    });
    expect(ended.outcome.status).toBe('crash');
    expect(messageOf(ended.outcome)).toContain('The Mini-OS introspector died');
    expect(ended.testbed.log).toContain('events-off');
    expectNothingLeft(ended);
  });

  it('the target: nothing is taken off what is gone', async () => {
    const ended = await run({
      at: (stage, testbed) => {
        if (stage === 'events:2') testbed.domain('target').die('Kernel panic');
      },
      reply: (from, line, testbed) =>
        testbed.domain('target').up ? answer(from, line) : undefined,
    });
    expect(ended.outcome.status).toBe('crash');
    expect(messageOf(ended.outcome)).toContain('The target died in mid-run');
    expect(messageOf(ended.outcome)).toContain('| Kernel panic');
    expect(ended.testbed.log).not.toContain('events-off');
    expectNothingLeft(ended);
  });

  it('the target, as its introspector tells: with its own last words and those of Xen', async () => {
    const ended = await run({
      reply: (from, line, testbed) => {
        if (from === 'minios' || !isEvents(line)) return answer(from, line);
        testbed.xenLines.push('(XEN) domain_crash called from vmx.c:1');
        testbed.domain('target').die('Kernel panic');
        return refusedJob(line, 'listening ended: target is shut down (ESRCH)');
      },
    });
    expect(ended.outcome.status).toBe('crash');
    const message = messageOf(ended.outcome);
    expect(message).toContain('The target died in mid-run (state: shutdown:crash)');
    expect(message).toContain("Last lines of Xen's console:\n  | (XEN) domain_crash called");
    expect(message).toContain('| Kernel panic');
    expectNothingLeft(ended);
  });

  it('the target paused from outside: the introspector says so or is silent', async () => {
    const ended = await run({
      reply: (from, line) => (isEvents(line) ? undefined : answer(from, line)),
    });
    expect(ended.outcome.status).toBe('error');
    expect(messageOf(ended.outcome)).toContain('no sign of life for 1 s');
    expect(ended.testbed.log).toContain('events-off');
    expectNothingLeft(ended);
  }, 10_000);

  it('the run, by Ctrl-C', async () => {
    const control = new AbortController();
    const ended = await run(
      {
        at: (stage) => {
          if (stage === 'events:3') control.abort();
        },
        reply: (from, line) => (control.signal.aborted && isEvents(line) ? [] : answer(from, line)),
      },
      OPTIONS,
      control,
    );
    expect(ended.outcome.status).toBe('interrupted');
    expect(ended.testbed.log).toContain('events-off');
    expectNothingLeft(ended);
  });

  it('events that cannot be taken off are told', async () => {
    const { outcome, warnings } = await run({
      reply: (from, line, testbed) => {
        const { workload } = parseJob(line);
        if (workload === 'events-off') return refusedJob(line, 'EPERM');
        if (from === 'minios' || workload !== 'events') return answer(from, line);
        setTimeout(() => testbed.crashProcess(137, 'Killed\n'), 5);
        return [];
      },
    });
    expect(outcome.status).toBe('crash');
    expect(warnings.join()).toContain('Could not take the events off the target');
  });
});
