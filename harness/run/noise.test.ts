import { expect, it } from 'vitest';
import type { HostLoad } from '../../infra/testbed.ts';
import { SILENT } from '../../infra/testing/silent.ts';
import { resolveOptions } from '../plan/page-walk/options.ts';
import { makePlan } from '../plan/page-walk/plan.ts';
import { noiseBetween } from './noise.ts';
import { runPlan } from './run.ts';
import { fakeCodeBase } from './testing/fake-code-base.ts';
import { FakeTestbed } from './testing/fake-testbed.ts';
import { FORGETFUL } from './testing/forgetful.ts';

const QUIET: HostLoad = { seconds: 100, others: {}, stealSeconds: 0, slowSeconds: null, hot: 1 };
const NOISY: HostLoad = {
  seconds: 200,
  others: { 'web (id 3)': 12, 'idle (id 4)': 0 },
  stealSeconds: 3,
  slowSeconds: null,
  hot: 2,
};

it('a quiet host is a fact, and nothing to warn of', () => {
  const { fact, warnings } = noiseBetween(QUIET, { ...QUIET, seconds: 160 }, false);
  expect(warnings).toEqual([]);
  expect(fact).toBe(
    'in 60 s: other domains ran 0.0 % of a CPU; Dom0 waited 0.0 % for one; frequency not scaled by Xen; 0 times too hot',
  );
});

it('each noise is told with what helps', () => {
  const slow = (seconds: number) => ({ slowSeconds: seconds });
  const told = (tuned: boolean) =>
    noiseBetween({ ...QUIET, ...slow(1) }, { ...NOISY, ...slow(51) }, tuned).warnings;
  expect(told(true).join()).not.toContain('--tune');
  expect(told(false)).toEqual([
    expect.stringContaining('ran 12.0 % of a CPU meanwhile (web (id 3) 12.0 %): pause them'),
    expect.stringContaining('waited 3.0 % of the time for a CPU: with --tune'),
    expect.stringContaining("fastest frequency for 50.0 % of a CPU's time: --tune"),
    expect.stringContaining('too hot'),
  ]);
});

it('a domain that ended took what it ran with it, which is told', () => {
  const { fact, warnings } = noiseBetween(NOISY, { ...NOISY, seconds: 260, others: {} }, false);
  expect(fact).toContain('ended meanwhile: web (id 3), idle (id 4)');
  expect(warnings).toEqual([expect.stringMatching(/ended meanwhile.*web \(id 3\)/)]);
});

it('a run notes it in its facts and warnings', async () => {
  const plan = makePlan(resolveOptions({ pages: '5', blocks: '1', protocol: 'v1' }));
  const { facts } = await runPlan(plan, {
    testbed: new FakeTestbed({ load: [QUIET, NOISY] }),
    codeBase: fakeCodeBase,
    recorder: FORGETFUL,
    progress: SILENT,
    signal: new AbortController().signal,
  });
  expect(facts.capabilities?.facts.noise).toContain('web (id 3) 12.0 %');
  expect(facts.warnings).toHaveLength(3);
});
