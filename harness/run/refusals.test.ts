import { describe, expect, it, vi } from 'vitest';
import type { Domain, Guest, Xen } from '../../infra/testbed.ts';
import type { Refusal } from '../protocol/records.ts';
import type { AskedDomain } from './benchmark.ts';
import { type Attempt, attemptRefusal, attempts } from './refusals.ts';
import { denialLine } from './testing/fake-testbed.ts';

const OLD = denialLine(3, 1, 'map_write');

/** One that asks as domain 3, and answers so. */
function asking(answer: Partial<Refusal> | undefined): AskedDomain & { asked: unknown[] } {
  const asked: unknown[] = [];
  const ask = async (job: unknown, take: (record: unknown) => void) => {
    asked.push(job);
    take({ type: 'H' });
    if (answer !== undefined) take({ type: 'R', attempt: 'write-map', errno: 13, ...answer });
    take({ type: 'E' });
  };
  return { asked, introspector: { ask } as never, domain: { domid: 3 } as Domain };
}

function victim(state = 'paused'): Guest {
  return { name: 'web', domid: 1, type: 'pvh', state: async () => state } as Guest;
}

/** A Xen whose console has these lines when it is read again for the nth time. */
function consoleOf(...after: string[][]): Pick<Xen, 'denials'> & { reads: number } {
  return {
    reads: 0,
    async denials() {
      const lines = this.reads === 0 ? [] : (after[Math.min(this.reads, after.length) - 1] ?? []);
      this.reads++;
      return [OLD, ...lines];
    },
  };
}

const attempt = (asker: AskedDomain, guest = victim(), more: Partial<Attempt> = {}): Attempt => ({
  ...{ attempt: 'target-writable', meaning: 'asks to write', by: 'introspector' },
  ...asker,
  ...{ victim: guest, job: { attempt: 'write-map' } },
  ...more,
});
const { signal } = new AbortController();
const judge = (request: Attempt, xen: object, privilege: 'flask' | 'set-target' = 'flask') =>
  attemptRefusal(request, xen as Xen, privilege, signal);

const SAID = { attempt: 'target-writable', meaning: 'asks to write', by: 'introspector' };

describe('a request', () => {
  it.each([1, 13])('is refused with errno %d when FLASK says so anew', async (errno) => {
    const asker = asking({ errno });
    const denial = denialLine(3, 1, 'map_write');
    expect(await judge(attempt(asker), consoleOf([`  ${denial} `]))).toEqual({
      ...{ ...SAID, outcome: 'refused', errno, denial },
    });
    expect(asker.asked).toEqual([
      { workload: 'refusal', domid: 1, type: 'pvh', attempt: 'write-map' },
    ]);
  });

  it.each([
    ['write-map', 'map_write', true],
    ['write-map', 'map_read', false],
    ['foreign-map', 'map_read', true],
    ['foreign-map', 'map_write', false],
    ['vm-event', 'getparam', true],
    ['vm-event', 'vm_event', true],
    ['vm-event', 'map_read', false],
  ] as const)('for %s is refused by a denial of %s: %s', async (what, permission, isProof) => {
    vi.useFakeTimers();
    try {
      const request = attempt(asking({ attempt: what }), victim(), { job: { attempt: what } });
      const judged = judge(request, consoleOf([denialLine(3, 1, permission)]));
      const came = judged.then(
        ({ outcome }) => outcome,
        ({ message }) => message,
      );
      await vi.advanceTimersByTimeAsync(60_000);
      if (isProof) expect(await came).toBe('refused');
      else expect(await came).toContain('so it was not FLASK that refused');
    } finally {
      vi.useRealTimers();
    }
  });

  it('is not proven to be refused by what stood there before, or about others', async () => {
    vi.useFakeTimers();
    try {
      const xen = consoleOf([denialLine(3, 2, 'map_write'), denialLine(4, 1, 'map_write')]);
      const judged = judge(attempt(asking({})), xen);
      const refused = expect(judged).rejects.toMatchObject({
        kind: 'error',
        message:
          "target-writable: refused with errno 13, but Xen's console reports no denial, so it was not FLASK that refused.",
        advice: 'See the policy and Xen’s console: xl dmesg.',
      });
      await vi.advanceTimersByTimeAsync(2999);
      expect(xen.reads).toBe(1 + 10);
      await vi.advanceTimersByTimeAsync(1);
      await refused;
      expect(xen.reads).toBe(1 + 10);
    } finally {
      vi.useRealTimers();
    }
  });

  it('is refused when the denial comes late', async () => {
    const xen = consoleOf([], [OLD]);
    expect((await judge(attempt(asking({})), xen)).outcome).toBe('refused');
    expect(xen.reads).toBe(3);
  });

  it('is refused by Xen itself without a line', async () => {
    const xen = consoleOf();
    const result = { ...SAID, outcome: 'refused', errno: 1, denial: '' };
    expect(await judge(attempt(asking({ errno: 1 })), xen, 'set-target')).toEqual(result);
    expect(xen.reads).toBe(1);
  });

  it.each([undefined, 'granted'] as const)(
    'that is granted is told (expected: %s)',
    async (expected) => {
      const request = attempt(asking({ errno: 0 }), victim(), expected && { expected });
      expect(await judge(request, consoleOf())).toEqual({
        ...{ ...SAID, outcome: 'granted', errno: 0, denial: '' },
        ...(expected === undefined ? {} : { expected }),
      });
    },
  );

  it.each<[string, Partial<Refusal> | undefined]>([
    ['nothing', undefined],
    ['something else', { attempt: 'foreign-map' }],
  ])('that is answered by %s is an error', async (_case, answer) => {
    await expect(judge(attempt(asking(answer)), consoleOf())).rejects.toMatchObject({
      kind: 'error',
      message: 'target-writable: the introspector did not say what came of it.',
    });
  });

  it.each([3, 22])('that fails with errno %d is no refusal', async (errno) => {
    for (const state of ['running', 'paused']) {
      const judged = judge(attempt(asking({ errno }), victim(state)), consoleOf([OLD]));
      await expect(judged).rejects.toMatchObject({
        kind: 'error',
        message: `target-writable: the request failed with errno ${errno}, which is no refusal (EACCES is 13, EPERM is 1).`,
        advice: 'The request was not judged. See the consoles of the run.',
      });
    }
  });

  it('about a domain that is gone is a crash', async () => {
    const judged = judge(attempt(asking({ errno: 3 }), victim('gone')), consoleOf());
    await expect(judged).rejects.toMatchObject({
      kind: 'crash',
      message:
        'target-writable: the domain web (id 1) died, or was restarted, in mid-run (state: gone).',
      advice: 'Run again while it stays.',
    });
  });
});

describe('the requests of a run', () => {
  const of = (stranger: boolean, privilege: 'flask' | 'set-target') => {
    const introspector = asking({});
    const unlabelled = { ...asking({}), domain: { domid: 4 } as Domain };
    const [target, bystander] = [victim(), { name: 'tv-bystander', domid: 2 } as Domain];
    return attempts({ stranger, privilege, introspector, unlabelled, target, bystander }).map(
      ({ attempt, by, domain, victim: { name }, job, expected }) =>
        [attempt, by, domain.domid, name, job.attempt, expected].join(' ').trim(),
    );
  };
  const WRITABLE = 'target-writable introspector 3 web write-map';
  const OTHER = 'other-domain-writable introspector 3 tv-bystander write-map';
  const READS = [
    'other-domain introspector 3 tv-bystander foreign-map',
    'target-unlabelled unlabelled 4 web foreign-map',
  ];

  it.each([
    [false, 'flask', [WRITABLE, ...READS]],
    [true, 'flask', [OTHER, ...READS]],
    [false, 'set-target', [`${WRITABLE} granted`, OTHER, ...READS]],
    [true, 'set-target', [OTHER, ...READS]],
  ] as const)('of a stranger: %s, by %s', (stranger, privilege, wanted) => {
    expect(of(stranger, privilege)).toEqual(wanted);
  });

  it.each([
    ['flask', "an unlabelled domain asks to read the target's memory"],
    ['set-target', "a domain that has no target asks to read the target's memory"],
  ] as const)('say in words what is asked for, by %s', (privilege, last) => {
    const all = attempts({
      ...{ stranger: false, privilege, introspector: asking({}), unlabelled: asking({}) },
      ...{ target: victim(), bystander: { domid: 2 } as Domain },
    });
    const meanings = all.map(({ meaning }) => meaning);
    expect(meanings[0]).toBe("the introspector asks for a writable mapping of the target's memory");
    if (privilege === 'set-target') {
      expect(meanings[1]).toBe(
        "the introspector asks for a writable mapping of another domain's memory",
      );
    }
    expect(meanings.slice(-2)).toEqual([
      "the introspector asks to read another domain's memory",
      last,
    ]);
  });
});
