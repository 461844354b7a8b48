import { describe, expect, it } from 'vitest';
import { UserError } from '../../../infra/errors.ts';
import type { Probe } from '../../../infra/testbed.ts';
import { SILENT } from '../../../infra/testing/silent.ts';
import type { RawRunOptions } from '../../plan/options.ts';
import { makeSuite } from '../../plan/suite.ts';
import type { RecordedObservations } from '../observation.ts';
import { runSuite } from '../run.ts';
import { fakeCodeBase } from '../testing/fake-code-base.ts';
import { type FakeBehaviour, FakeTestbed } from '../testing/fake-testbed.ts';
import { FORGETFUL } from '../testing/forgetful.ts';

const HOST_PAGES = 200_000;
const TAKEN: Readonly<Record<string, number>> = { target: 33_000, introspector: 1_050 };

/** A host whose domains take so many pages each. */
function probeOf(testbed: FakeTestbed): Probe {
  return {
    path: '/probe',
    state: async () => ({
      ...{ clock: 0n, pages: 0, ranNs: 0n },
      freePages: [...testbed.live].reduce(
        (free, { spec }) => free - (TAKEN[spec.role] ?? 0),
        HOST_PAGES,
      ),
    }),
    async unpause(domids) {
      for (const domain of testbed.live) if (domids.includes(domain.domid)) await domain.unpause();
      return 0n;
    },
  };
}

async function run(raw: RawRunOptions, behaviour: FakeBehaviour = {}, hasProbe = true) {
  const testbed = new FakeTestbed(behaviour);
  if (hasProbe) Object.assign(testbed.xen, { probe: probeOf(testbed) });
  const recorded: RecordedObservations[] = [];
  const outcome = await runSuite(makeSuite(raw), {
    testbed,
    codeBase: fakeCodeBase,
    recorder: {
      ...FORGETFUL,
      recordObservations: async (all) => void recorded.push(all),
    },
    progress: SILENT,
    signal: new AbortController().signal,
  });
  const observations = recorded.flatMap((entry) => entry.observations);
  const values = (state: string, phase: string) =>
    observations
      .filter((entry) => entry.state === state && entry.phase === phase)
      .map(({ value }) => value);
  return { outcome, testbed, observations, values };
}

const FOUR: RawRunOptions = { bench: ['density'], domainsAtMost: '4' };

describe('a run of more and more introspectors', () => {
  it('asks each of them alone and all together, and undoes everything', async () => {
    const { outcome, testbed, values } = await run(FOUR);
    expect(outcome.status).toBe('success');
    for (const [state, n] of [
      ['pairs-1', 1],
      ['pairs-2', 2],
      ['pairs-4', 4],
    ] as const) {
      expect(values(state, 'alone')).toHaveLength(n);
      expect(values(state, 'together')).toHaveLength(n);
      expect(values(state, 'alone').every((value) => value > 0)).toBe(true);
    }
    expect(values('pairs-8', 'alone')).toEqual([]);
    expect([...testbed.live]).toEqual([]);
    expect(testbed.measuredUnpaused).toBe(false);
  });

  it('tells what each took, and how many fit', async () => {
    const { values } = await run(FOUR);
    expect(new Set(values('pairs-4', 'target-memory'))).toEqual(new Set([33_000 * 4096]));
    expect(new Set(values('pairs-4', 'introspector-memory'))).toEqual(new Set([1_050 * 4096]));
    expect(values('pairs-1', 'fit')).toEqual([Math.floor(HOST_PAGES / 34_050)]);
    expect(values('pairs-4', 'fit')).toEqual([Math.floor(HOST_PAGES / 34_050)]);
  });

  it('keeps what was found until the memory of the host is used up', async () => {
    let targets = 0;
    const { outcome, testbed, observations } = await run(FOUR, {
      at(stage) {
        if (stage !== 'create:target' || ++targets < 3) return;
        throw new UserError('cannot create the domain: not enough free memory');
      },
    });
    expect(outcome.status).toBe('success');
    expect(new Set(observations.map(({ state }) => state))).toEqual(
      new Set(['pairs-1', 'pairs-2']),
    );
    expect(outcome.facts.skipped).toEqual([
      {
        what: 'density: pairs-4',
        reason: expect.stringMatching(/used up by 2 pairs: .*not enough free memory/),
      },
    ]);
    expect([...testbed.live]).toEqual([]);
  });

  it('is an error when a domain cannot be created for another reason', async () => {
    const { outcome, testbed } = await run(FOUR, {
      at(stage) {
        if (stage === 'create:introspector') throw new UserError('cannot create: no such kernel');
      },
    });
    expect(outcome.status).toBe('error');
    expect([...testbed.live]).toEqual([]);
  });

  it('is skipped where the host has no probe', async () => {
    const { outcome, testbed, observations } = await run(FOUR, {}, false);
    expect(observations).toEqual([]);
    expect(outcome).toMatchObject({
      status: 'skipped',
      reason: expect.stringContaining('no program in Dom0'),
    });
    expect(testbed.log.filter((stage) => stage.startsWith('create'))).toEqual([]);
  });
});

it('is no part of a run that did not ask for it, which says so', async () => {
  const { outcome, observations } = await run({ bench: ['density'], domainsAtMost: '1' });
  expect(outcome.status).toBe('success');
  expect(new Set(observations.map(({ state }) => state))).toEqual(new Set(['pairs-1']));
  const rest = await run({ pages: '8', blocks: '1', state: ['tables', 'pairs-1'] });
  expect(rest.outcome.facts.skipped).toContainEqual({
    what: 'benchmark density',
    reason: expect.stringContaining('--bench density'),
  });
});
