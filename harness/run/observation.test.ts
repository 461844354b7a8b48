/** Benchmarks that observe, as the runner runs them. */
import { describe, expect, it } from 'vitest';
import type { CodeBase } from '../../infra/code/code-base.ts';
import { UserError } from '../../infra/errors.ts';
import type { Xen } from '../../infra/testbed.ts';
import { SILENT } from '../../infra/testing/silent.ts';
import type { RawRunOptions } from '../plan/options.ts';
import { makeSuite } from '../plan/suite.ts';
import { type Life, wholeLife } from './life.ts';
import type { RecordedObservations } from './observation.ts';
import { runSuite } from './run.ts';
import { fakeCodeBase } from './testing/fake-code-base.ts';
import { FakeTestbed } from './testing/fake-testbed.ts';
import { FORGETFUL } from './testing/forgetful.ts';

const SMALL: RawRunOptions = { bench: ['page-walk', 'code-size'], pages: '8', blocks: '1' };

async function run(
  raw: RawRunOptions,
  change: Partial<Life> = {},
  codeBase: CodeBase = fakeCodeBase,
  xen: Partial<Xen> = {},
) {
  const testbed = new FakeTestbed();
  Object.assign(testbed.xen, xen);
  const recorded: RecordedObservations[] = [];
  const suite = makeSuite(raw);
  const life = { ...wholeLife(suite), ...change };
  const outcome = await runSuite(
    suite,
    {
      testbed,
      codeBase,
      recorder: {
        ...FORGETFUL,
        recordObservations: async (all) => void recorded.push(all),
      },
      progress: SILENT,
      signal: new AbortController().signal,
    },
    life,
  );
  return { outcome, testbed, recorded };
}

describe('a run that observes', () => {
  it('boots nothing when nothing has to be up', async () => {
    const { outcome, testbed, recorded } = await run({
      bench: ['code-size'],
      state: ['lines', 'hypercalls'],
    });
    expect(outcome.status).toBe('success');
    expect(outcome.facts.capabilities).toBeUndefined();
    expect(testbed.log).toEqual([]);
    expect(recorded).toHaveLength(1);
  });

  it('observes once what never changes, after the samples and their domains', async () => {
    const { outcome, testbed, recorded } = await run({ ...SMALL, domains: '2' });
    expect(outcome.status).toBe('success');
    expect(recorded.map(({ boot, domain, order }) => [boot, domain, order])).toEqual([[0, 0, 0]]);
    expect(testbed.log.filter((stage) => stage === 'create:target')).toHaveLength(2);
    expect([...testbed.live]).toEqual([]);
  });

  it('does not observe again what an earlier attempt recorded', async () => {
    const { recorded } = await run(SMALL, {
      recorded: (benchmark) => (benchmark === 'code-size' ? Number.POSITIVE_INFINITY : 0),
    });
    expect(recorded).toEqual([]);
  });

  it('adds up what counts, part by part', async () => {
    const { recorded } = await run({ bench: ['code-size'], arm: ['minios'], state: ['lines'] });
    const values = recorded[0]?.observations.map(({ phase, value }) => [phase, value]);
    expect(Object.fromEntries(values ?? [])).toEqual({
      total: 209,
      kernel: 63,
      library: 103,
      introspector: 43,
      'xen-headers': 303,
      'other-headers': 53,
    });
  });
});

describe('counts of another version than Dom0 has', () => {
  it('are given with a warning that names both', async () => {
    const counted: CodeBase['counted'] = async (...args) => ({
      ...(await fakeCodeBase.counted(...args)),
      insteadOf: `${args[0]} 2`,
    });
    const raw = { bench: ['code-size'], state: ['lines'] };
    const { outcome } = await run(raw, {}, { ...fakeCodeBase, counted });
    expect(outcome.facts.warnings).toContainEqual(
      expect.stringMatching(/^Lines of dom0 .*linux 1, while this Dom0 has linux 2: --recount/),
    );
    expect(outcome.facts.skipped).toEqual([]);
    const current = await run(raw);
    expect(current.outcome.facts.warnings).toEqual([]);
  });
});

describe('a host with a Xen of its own', () => {
  it('is told for each benchmark what it lacks, and is measured by the others', async () => {
    const bench = ['page-walk', 'anatomy', 'code-size', 'boot', 'footprint'];
    const { outcome, testbed, recorded } = await run(
      { ...SMALL, bench, testbed: 'lab' },
      {},
      fakeCodeBase,
      { untraced: 'its Xen is left as it is' },
    );
    expect(outcome.status).toBe('success');
    const skipped = Object.fromEntries(
      outcome.facts.skipped.map(({ what, reason }) => [what, reason]),
    );
    expect(skipped).toEqual({
      'benchmark anatomy': 'its Xen is left as it is',
      'benchmark code-size': expect.stringContaining('this host runs its own'),
      'benchmark boot': expect.stringContaining('no program in Dom0'),
      'benchmark footprint': expect.stringContaining('no program in Dom0'),
    });
    expect(recorded).toEqual([]);
    expect(testbed.log.filter((stage) => stage === 'create:introspector')).toHaveLength(1);
  });

  it('is not even begun for the code of another Dom0', async () => {
    const { outcome, testbed } = await run({ bench: ['code-size'], testbed: 'lab' });
    expect(outcome).toMatchObject({
      status: 'skipped',
      reason: expect.stringContaining('this host runs its own'),
    });
    expect(testbed.log).toEqual([]);
  });
});

describe('a part that cannot be counted', () => {
  it('is skipped with the reason, and there is no total without it', async () => {
    const codeBase = {
      ...fakeCodeBase,
      counted: async () => {
        throw new UserError('the archives cannot be reached', { kind: 'skipped' });
      },
    };
    const { outcome, recorded } = await run(
      { bench: ['code-size'], arm: ['dom0'], state: ['lines'] },
      {},
      codeBase,
    );
    expect(outcome.status).toBe('success');
    expect(outcome.facts.skipped).toContainEqual({
      what: 'lines of kernel of dom0',
      reason: 'the archives cannot be reached',
    });
    const phases = recorded[0]?.observations.map(({ phase }) => phase);
    expect(phases).toContain('library');
    expect(phases).not.toContain('total');
  });

  it('is a failure when committed counts are wrong', async () => {
    const codeBase = {
      ...fakeCodeBase,
      counted: async () => {
        throw new UserError('its list of files is another', { kind: 'failure' });
      },
    };
    const raw = { bench: ['code-size'], arm: ['dom0'], state: ['lines'] };
    expect((await run(raw, {}, codeBase)).outcome.status).toBe('failure');
  });
});

describe('what is in memory', () => {
  it('is asked of Dom0, whose process is ended again', async () => {
    const { recorded, testbed } = await run({ bench: ['code-size'], state: ['text', 'data'] });
    const value = (phase: string, state: string) =>
      recorded[0]?.observations.find(
        (found) => found.arm === 'dom0' && found.phase === phase && found.state === state,
      )?.value;
    expect(value('introspector', 'text')).toBe(0x11000);
    expect(value('libraries', 'data')).toBe(0x2000);
    expect(value('modules', 'text')).toBe(20_000);
    expect(value('total', 'data')).toBe(3_000_000 + 2000 + 0x2000 + 0x1000);
    expect(testbed.processes).toBe(0);
    expect(testbed.running).toBe(false);
  });
});

describe('A/A', () => {
  it('leaves out what takes no samples', () => {
    expect(makeSuite({ aa: true }).map(({ benchmark }) => benchmark)).toEqual([
      'page-walk',
      'events',
    ]);
    expect(() => makeSuite({ aa: true, bench: ['code-size'] })).toThrow('code-size takes none');
  });
});
