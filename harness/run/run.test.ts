import { describe, expect, it } from 'vitest';
import { UserError } from '../../infra/errors.ts';
import type { RawRunOptions } from '../plan/options.ts';
import { resolveOptions } from '../plan/page-walk/options.ts';
import { makePlan } from '../plan/page-walk/plan.ts';
import { encodeJobRecords } from '../protocol/testing/encode.ts';
import { answer, pageWalkRecords, parseJob } from './testing/fake-introspector.ts';
import { type FakeBehaviour, refusedJob } from './testing/fake-testbed.ts';
import {
  type EndedOnFake,
  expectNothingLeft,
  messageOf,
  runOnFake,
} from './testing/run-on-fake.ts';

const OPTIONS: RawRunOptions = {
  pages: '12',
  batch: '5',
  blocks: '1',
  timeout: '1',
  protocol: 'v1',
};

function run(
  behaviour: FakeBehaviour = {},
  raw: RawRunOptions = OPTIONS,
  control = new AbortController(),
): Promise<EndedOnFake> {
  return runOnFake([makePlan(resolveOptions(raw))], behaviour, control);
}

describe('a run that goes well', () => {
  it('measures every batch of every job while the target is paused, and undoes everything', async () => {
    const ended = await run();
    const { outcome, testbed, recorded } = ended;
    expect(outcome.status).toBe('success');
    expect(recorded).toHaveLength(16 * 3 * 3);
    expect(recorded.filter(({ batch }) => batch.warmup)).toHaveLength(16 * 3);
    expect(testbed.measuredUnpaused).toBe(false);
    expect(testbed.log).toContain('unpause');
    expectNothingLeft(ended);
  });

  it('shows three refusals with their denials, and digests that agree', async () => {
    const { outcome } = await run();
    expect(
      outcome.facts.refusals.map(({ attempt, by, outcome, errno }) => [
        attempt,
        by,
        outcome,
        errno,
      ]),
    ).toEqual([
      ['target-writable', 'introspector', 'refused', 13],
      ['other-domain', 'introspector', 'refused', 13],
      ['target-unlabelled', 'unlabelled', 'refused', 13],
    ]);
    expect(outcome.facts.refusals[0]?.denial).toContain('{ map_write } for source=d2 target=d1');
    expect(outcome.facts.refusals[1]?.denial).toContain('source=d2 target=d3');
    expect(outcome.facts.refusals[2]?.denial).toContain('source=d4 target=d1');
    expect(outcome.facts.digests).toHaveLength(2);
    for (const { digest, expected, batches } of outcome.facts.digests) {
      expect(digest).toBe(expected);
      expect(batches).toBe(3);
    }
    expect(outcome.facts.introspectors.map(({ arm }) => arm).sort()).toEqual(['dom0', 'minios']);
    expect(outcome.facts.consoles.target).toContain('TARGET ready');
    expect(outcome.facts.consoles.xen).toContain('avc:');
  });

  it('proves the refusals also when only Dom0 is measured', async () => {
    const ended = await run({}, { ...OPTIONS, arm: ['dom0'] });
    expect(ended.outcome.facts.refusals).toHaveLength(3);
    expectNothingLeft(ended);
  });
});

describe('wrong answers make the run fail', () => {
  const wrong = (change: (text: string) => string): FakeBehaviour => ({
    reply: (from, line) =>
      answer(from, line, (records) =>
        records.map((record) =>
          from === 'minios' && record.type === 'B'
            ? { ...record, payload: change(record.payload as string) }
            : record,
        ),
      ),
  });

  it.each([
    [
      'a digest',
      (text: string) => text.replace(/digest=\w+/, 'digest=00000000deadbeef'),
      'wrong bytes',
    ],
    ['a depth', (text: string) => text.replace('depth=4', 'depth=3'), 'read 3 levels, not 4'],
  ])('%s', async (_what, change, message) => {
    const ended = await run(wrong(change));
    expect(ended.outcome.status).toBe('failure');
    expect(messageOf(ended.outcome)).toContain(message);
    expectNothingLeft(ended);
  });

  it('a refusal that is granted', async () => {
    const ended = await run({
      reply: (from, line) =>
        answer(from, line, (records) =>
          line.includes('attempt=write-map')
            ? records.map((record) =>
                record.type === 'R' ? { ...record, payload: 'attempt=write-map errno=0' } : record,
              )
            : records,
        ),
    });
    expect(ended.outcome.status).toBe('failure');
    expect(messageOf(ended.outcome)).toContain('FLASK did not refuse');
    expect(ended.outcome.facts.refusals.map(({ outcome }) => outcome)).toEqual([
      'granted',
      'refused',
      'refused',
    ]);
    expectNothingLeft(ended);
  });
});

describe('unusable answers are errors', () => {
  const miniosReply =
    (reply: (line: string) => string[] | undefined): FakeBehaviour['reply'] =>
    (from, line) =>
      from === 'minios' && !line.includes('refusal') ? reply(line) : answer(from, line);

  it.each<[string, FakeBehaviour['reply'], string]>([
    [
      'a lost fragment',
      miniosReply((line) => answer('minios', line).toSpliced(2, 1)),
      'record 2 never arrived',
    ],
    [
      'a corrupted fragment',
      miniosReply((line) =>
        answer('minios', line).map((frame, index) =>
          index === 3 ? frame.replace(/ [0-9a-f]{8} /, ' 01234567 ') : frame,
        ),
      ),
      'never arrived',
    ],
    [
      'a batch too few',
      miniosReply((line) => {
        const records = pageWalkRecords('minios', parseJob(line));
        return encodeJobRecords(Number(parseJob(line).seq), records.slice(0, -2));
      }),
      'ended after 8 of 9 batches',
    ],
    [
      'samples too few',
      miniosReply((line) =>
        answer('minios', line, (records) =>
          records.map((record) =>
            record.type === 'S'
              ? { ...record, payload: (record.payload as Uint8Array).subarray(20) }
              : record,
          ),
        ),
      ),
      'samples for 5 pages',
    ],
    [
      'another state',
      miniosReply((line) => answer('minios', line.replace(/state=\w+/, 'state=warm'))),
      'instead',
    ],
    [
      'records out of turn',
      miniosReply((line) => answer('minios', line, (records) => [...records].reverse())),
      'out of turn',
    ],
    [
      'a job that cannot be done',
      miniosReply((line) => refusedJob(line, 'no memory')),
      'no memory',
    ],
  ])('%s', async (_what, reply, message) => {
    const ended = await run({ ...(reply ? { reply } : {}) }, { ...OPTIONS, state: ['cold'] });
    expect(messageOf(ended.outcome)).toContain(message);
    expect(ended.outcome.status).toBe('error');
    expectNothingLeft(ended);
  });

  it('a refusal without a denial on the console', async () => {
    const ended = await run({ denials: false });
    expect(ended.outcome.status).toBe('error');
    expect(messageOf(ended.outcome)).toContain('reports no denial');
    expectNothingLeft(ended);
  }, 10_000);

  it('a request that fails for another reason than a refusal', async () => {
    const ended = await run({
      reply: (from, line) =>
        answer(from, line, (records) =>
          records.map((record) =>
            record.type === 'R'
              ? { ...record, payload: (record.payload as string).replace('13', '22') }
              : record,
          ),
        ),
    });
    expect(ended.outcome.status).toBe('error');
    expect(messageOf(ended.outcome)).toContain('errno 22, which is no refusal');
    expectNothingLeft(ended);
  });

  it('clocks of different kinds', async () => {
    const ended = await run({
      reply: (from, line) =>
        answer(from, line, (records) =>
          records.map((record) =>
            record.type === 'H' && from === 'linux'
              ? {
                  ...record,
                  payload: (record.payload as string).replace('emulated=0', 'emulated=1'),
                }
              : record,
          ),
        ),
    });
    expect(ended.outcome.status).toBe('error');
    expect(messageOf(ended.outcome)).toContain('different kinds of clock');
    expectNothingLeft(ended);
  });

  it.each<[string, (lines: string[]) => string[], string, string]>([
    ['panics', () => ['Kernel panic - not syncing: no init'], 'crash', 'could not start'],
    [
      'has too few pages',
      (lines) => lines.map((l) => l.replace('pages=12', 'pages=11')),
      'error',
      '11 pages of the 12',
    ],
    [
      'gives no digest',
      (lines) => lines.filter((l) => !l.includes('first=5')),
      'error',
      'no digest of pages 5 to 9',
    ],
  ])('a target that %s', async (_what, edit, status, message) => {
    const report = [
      'TARGET region base=0x5a0000000000 pages=12 page-size=4k batch=5',
      'TARGET digest first=0 pages=5 digest=abcdef0000000000',
      'TARGET digest first=5 pages=5 digest=abcdef0000000005',
      'TARGET digest first=10 pages=2 digest=abcdef000000000a',
      'TARGET ready',
    ];
    const ended = await run({ targetLines: () => edit(report) });
    expect(ended.outcome.status).toBe(status);
    expect(messageOf(ended.outcome)).toContain(message);
    expectNothingLeft(ended);
  });
});

describe('arms that the user brings', () => {
  it('are measured beside the others, each with an introspector of its own', async () => {
    const arms = ['dom0', 'minios', 'dom0-libvmi', 'minios-own'] as const;
    const raw = { ...OPTIONS, arm: arms, miniosImage: '/m', state: ['cold'] };
    const ended = await run({}, raw);
    expect(ended.outcome.status).toBe('success');
    expect(new Set(ended.recorded.map(({ job }) => job.arm))).toEqual(new Set(arms));
    expect(ended.testbed.log.filter((stage) => stage.startsWith('spawn')).sort()).toEqual([
      'spawn',
      'spawn:libvmi',
    ]);
    expect(ended.outcome.facts.domains.map(({ name }) => name)).toContain('tv-own-image');
    expect(ended.outcome.facts.digests.map(({ arm }) => arm)).toEqual([...arms]);
    expectNothingLeft(ended);
  });
});

describe('a testbed without FLASK', () => {
  it('is skipped with the reason', async () => {
    const ended = await run({ flask: 'absent' });
    expect(ended.outcome.status).toBe('skipped');
    expect(messageOf(ended.outcome)).toContain('FLASK is absent');
    expect(messageOf(ended.outcome)).toContain('--privilege set-target');
    expectNothingLeft(ended);
  });

  it('is measured by the privilege of a stub domain, and says what that opens', async () => {
    const jobs: string[] = [];
    const behaviour: FakeBehaviour = { flask: 'absent', heard: (line) => jobs.push(line) };
    const ended = await run(behaviour, { ...OPTIONS, privilege: 'set-target' });
    expect(ended.outcome.status).toBe('success');
    expect(jobs[0]).toMatch(/workload=locate .* pages=1 base=0x5a0000000000$/);
    const walks = jobs.filter((line) => line.includes('workload=page-walk'));
    expect(walks).toHaveLength(16);
    expect(walks.filter((line) => / depth=4 .* cr3=0x1234000 levels=4$/.test(line))).toEqual(walks);
    expect(ended.testbed.log.filter((stage) => stage.startsWith('set-target'))).toEqual([
      'set-target:tv-introspector tv-target',
    ]);
    const { refusals, warnings } = ended.outcome.facts;
    expect(refusals.map(({ attempt, outcome, expected }) => [attempt, outcome, expected])).toEqual([
      ['target-writable', 'granted', 'granted'],
      ['other-domain-writable', 'refused', undefined],
      ['other-domain', 'refused', undefined],
      ['target-unlabelled', 'refused', undefined],
    ]);
    expect(warnings.join()).toContain('it could write to all of the target');
    expectNothingLeft(ended);
  });

  it('fails when that privilege opens more than the target', async () => {
    const ended = await run(
      {
        flask: 'absent',
        reply: (from, line) =>
          answer(from, line, (records) =>
            records.map((record) =>
              record.type === 'R'
                ? { ...record, payload: `attempt=${parseJob(line).attempt} errno=0` }
                : record,
            ),
          ),
      },
      { ...OPTIONS, privilege: 'set-target' },
    );
    expect(ended.outcome.status).toBe('failure');
    expect(messageOf(ended.outcome)).toContain(
      "Xen did not refuse: the introspector asks for a writable mapping of another domain's memory",
    );
    expectNothingLeft(ended);
  });

  it('is what that privilege needs', async () => {
    const ended = await run({ flask: 'enforcing' }, { ...OPTIONS, privilege: 'set-target' });
    expect(ended.outcome.status).toBe('skipped');
    expect(messageOf(ended.outcome)).toContain('Leave out --privilege');
    expectNothingLeft(ended);
  });
});

describe('what dies in mid-run', () => {
  it('the target', async () => {
    const ended = await run({
      at: (stage, testbed) => {
        if (stage === 'job:5') testbed.domain('target').die('BUG: unable to handle page fault');
      },
      reply: (from, line, testbed) =>
        testbed.domain('target').up ? answer(from, line) : undefined,
    });
    expect(ended.outcome.status).toBe('crash');
    expect(messageOf(ended.outcome)).toContain(
      'The target died in mid-run (state: shutdown:crash)',
    );
    expect(messageOf(ended.outcome)).toContain('unable to handle page fault');
    expectNothingLeft(ended);
  });

  it('the Mini-OS introspector, with its last words', async () => {
    const ended = await run({
      reply: (from, line, testbed) => {
        if (from === 'linux') return answer(from, line);
        setTimeout(() => testbed.domain('introspector').die('Page fault at 0x10, rip 0x1234'), 5);
        return answer(from, line).slice(0, 2);
      },
    });
    expect(ended.outcome.status).toBe('crash');
    expect(messageOf(ended.outcome)).toContain('The Mini-OS introspector died during the job');
    expect(messageOf(ended.outcome)).toContain('Page fault at 0x10, rip 0x1234');
    expectNothingLeft(ended);
  });

  it('the Dom0 introspector, with its exit code', async () => {
    const ended = await run({
      reply: (from, line, testbed) => {
        if (from === 'minios') return answer(from, line);
        setTimeout(() => testbed.crashProcess(139, 'Segmentation fault\n'), 5);
        return [];
      },
    });
    expect(ended.outcome.status).toBe('crash');
    expect(messageOf(ended.outcome)).toContain('exit code 139, "Segmentation fault"');
    expectNothingLeft(ended);
  });

  it('the Dom0 introspector between two jobs, so that it takes the next one no more', async () => {
    const ended = await run({
      reply: (from, line, testbed) => {
        if (from === 'minios') return answer(from, line);
        testbed.crashProcess(137, 'Killed\n');
        throw new UserError('the process on the host takes no input: it was destroyed');
      },
    });
    expect(ended.outcome.status).toBe('crash');
    expect(messageOf(ended.outcome)).toContain('The Dom0 introspector died during the job');
    expect(messageOf(ended.outcome)).toContain('exit code 137, "Killed"');
    expectNothingLeft(ended);
  });

  it('an introspector that hangs, however much it chatters', async () => {
    const ended = await run({
      reply: (from, line, testbed) => {
        if (from === 'linux') return answer(from, line);
        const chatter = setInterval(() => {
          const [domain] = [...testbed.live].filter(({ spec }) => spec.role === 'introspector');
          if (domain === undefined) clearInterval(chatter);
          else domain.output.push('still here\n');
        }, 50);
        return [];
      },
    });
    expect(ended.outcome.status).toBe('error');
    expect(messageOf(ended.outcome)).toContain('no sign of life for 1 s');
    expect(messageOf(ended.outcome)).toContain('still here');
    expectNothingLeft(ended);
  }, 10_000);

  it.each(['ready', 'create:bystander', 'pause', 'spawn', 'job:3', 'refusal:1'])(
    'the host, at %s',
    async (where) => {
      const ended = await run({
        at: async (stage, testbed) => {
          if (stage !== where) return;
          testbed.lose('QEMU was killed by signal 9');
          await new Promise(() => {});
        },
      });
      expect(ended.outcome.status).toBe('error');
      expect(messageOf(ended.outcome)).toContain('QEMU was killed by signal 9');
      expect(ended.testbed.log).toContain('stop');
    },
    20_000,
  );
});

describe('a host that dies', () => {
  it('is named, whatever showed it first', async () => {
    const ended = await run({
      at: (stage, testbed) => {
        if (stage !== 'job:3') return;
        testbed.domain('target').die();
        setTimeout(() => testbed.lose('QEMU was killed by signal 9'), 50);
      },
    });
    expect(ended.outcome.status).toBe('error');
    expect(messageOf(ended.outcome)).toContain('QEMU was killed by signal 9');
  });
});

describe('Ctrl-C', () => {
  it.each([
    'start',
    'create:target',
    'ready',
    'create:introspector',
    'create:bystander',
    'create:unlabelled',
    'pause',
    'spawn',
    'job:0',
    'job:9',
    'refusal:0',
    'refusal:2',
    'console',
  ])('at %s takes everything down', async (where) => {
    const control = new AbortController();
    const ended = await run(
      {
        at: (stage) => {
          if (stage === where) control.abort();
        },
      },
      OPTIONS,
      control,
    );
    expect(ended.testbed.log).toContain(where);
    expect(ended.outcome.status).toBe('interrupted');
    expectNothingLeft(ended);
  });

  it('before anything has begun', async () => {
    const control = new AbortController();
    control.abort();
    const ended = await run({}, OPTIONS, control);
    expect(ended.outcome.status).toBe('interrupted');
    expectNothingLeft(ended);
  });
});

describe('faults of the testbed', () => {
  it.each([
    'start',
    'create:target',
    'create:introspector',
    'create:unlabelled',
    'pause',
    'spawn',
    'job:2',
    'refusal:0',
    'console',
  ])('at %s end as an error, with everything undone', async (where) => {
    const ended = await run({
      at: (stage) => {
        if (stage === where) throw new Error(`no luck at ${where}`);
      },
    });
    expect(ended.outcome.status).toBe('error');
    expect(messageOf(ended.outcome)).toContain(`no luck at ${where}`);
    expectNothingLeft(ended);
  });

  it('while taking down are told, and stop nothing else', async () => {
    const { outcome, testbed, warnings } = await run({
      at: (stage) => {
        if (stage === 'destroy:bystander') throw new Error('xl said no');
      },
    });
    expect(outcome.status).toBe('success');
    expect(warnings.join()).toContain('Could not destroy the domain tv-bystander: xl said no');
    expect(outcome.facts.warnings).toEqual([]);
    expect(outcome.facts.left).toEqual([
      'Could not destroy the domain tv-bystander: xl said no. What to do: tinyvmi-bench clean removes what is left.',
    ]);
    expect([...testbed.live].map((domain) => domain.name)).toEqual(['tv-bystander']);
    expect(testbed.log.at(-1)).toBe('stop');
  });
});
