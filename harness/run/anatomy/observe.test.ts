/** Anatomy as the runner runs it. */
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../infra/errors.ts';
import { SILENT } from '../../../infra/testing/silent.ts';
import { makeSuite } from '../../plan/suite.ts';
import type { Observation } from '../observation.ts';
import { runSuite } from '../run.ts';
import { fakeCodeBase } from '../testing/fake-code-base.ts';
import { type FakeBehaviour, FakeTestbed } from '../testing/fake-testbed.ts';
import { tracing } from '../testing/fake-trace.ts';
import { FORGETFUL } from '../testing/forgetful.ts';

async function run(behaviour: FakeBehaviour, bench = ['anatomy'], evidence = 'trace', seed = '1') {
  const testbed = new FakeTestbed(behaviour);
  const found: Observation[] = [];
  const outcome = await runSuite(
    makeSuite({ bench, state: ['cold'], pages: '50', blocks: '1', anatomy: evidence, seed }),
    {
      testbed,
      codeBase: fakeCodeBase,
      recorder: {
        ...FORGETFUL,
        recordObservations: async ({ observations }) => void found.push(...observations),
      },
      progress: SILENT,
      signal: new AbortController().signal,
    },
  );
  const valuesOf = (arm: string, phase: string) =>
    found.filter((one) => one.arm === arm && one.phase === phase).map(({ value }) => value);
  return { outcome, testbed, found, valuesOf };
}

describe('anatomy', () => {
  it('gives each arm its own entries into Xen, of every batch after the first', async () => {
    const { outcome, testbed, valuesOf } = await run({ trace: tracing(15, 50) });
    expect(outcome.status).toBe('success');
    expect(outcome.facts.warnings).toEqual([]);
    expect(valuesOf('dom0', 'total.hypercalls')).toEqual([0.3, 0.3]);
    expect(valuesOf('dom0', 'hypercall.mmu_update')).toEqual([0.3, 0.3]);
    expect(valuesOf('minios', 'open.hypercalls')).toEqual([1, 1]);
    expect(valuesOf('minios', 'hypercall.update_va_mapping_otherdomain')).toEqual([1, 1]);
    expect(valuesOf('minios', 'total.traps')).toEqual([0, 0]);
    expect(valuesOf('minios', 'own.hypercalls')).toEqual([1, 1]);
    expect(valuesOf('dom0', 'own.hypercalls')).toEqual([]);
    expect(valuesOf('dom0', 'own.system-calls')).toEqual([2, 2]);
    expect([...testbed.live]).toEqual([]);
  });

  it('tells when the introspector and Xen count differently', async () => {
    const { outcome } = await run({ trace: tracing(15, 49) });
    expect(outcome.status).toBe('success');
    expect(outcome.facts.warnings).toContain(
      'Anatomy of minios, cold: the introspector counted 50 hypercalls of a batch, and 49 were seen.',
    );
  });

  it('is skipped, with the reason, where Xen’s trace cannot be recorded', async () => {
    const { outcome, found } = await run({}, ['page-walk', 'anatomy']);
    expect(outcome.status).toBe('success');
    expect(found).toEqual([]);
    expect(outcome.facts.skipped).toEqual([
      { what: 'benchmark anatomy', reason: 'no trace buffers.' },
    ]);
    const alone = await run({});
    expect(alone.outcome).toMatchObject({ status: 'skipped', reason: 'no trace buffers.' });
  });

  it('skips instructions that do not agree with the clock, and says so', async () => {
    const nothing = { xen: 0, kernel: 0, program: 1, other: 0, kernelCalls: 0, programCalls: 0 };
    const executed = () => Array.from({ length: 1000 }, () => nothing);
    const { outcome, found } = await run(
      { trace: tracing(15, 50), executed },
      ['anatomy'],
      'instructions',
    );
    expect(outcome.status).toBe('success');
    expect(found.some(({ unit }) => unit === 'instructions')).toBe(false);
    expect(outcome.facts.skipped).toEqual(
      ['dom0', 'minios'].map((arm) => ({
        what: `instructions of ${arm}, cold`,
        reason: expect.stringContaining('has no batch whose readings of the clock agree'),
      })),
    );
  });

  it('says where nobody can note instructions', async () => {
    const { outcome } = await run({ trace: tracing(15, 50) }, ['anatomy'], 'instructions');
    expect(outcome.status).toBe('success');
    expect(outcome.facts.skipped).toEqual([
      { what: 'instructions of a page', reason: expect.stringContaining('counted clock') },
    ]);
  });

  it('skips a trace that lost records, and says so', async () => {
    const trace = () => {
      throw new UserError('records were lost', { kind: 'skipped' });
    };
    let recordings = 0;
    const at = (stage: string) => {
      if (stage === 'trace') recordings++;
    };
    const { outcome, found } = await run({
      at,
      trace: (testbed) => (recordings > 1 ? trace() : tracing(15, 50)(testbed)),
    });
    expect(outcome).toMatchObject({ status: 'skipped', reason: 'records were lost.' });
    expect(found).toEqual([]);
    expect(outcome.facts.skipped).toEqual([
      { what: "Xen's trace of a page", reason: 'records were lost.' },
    ]);
  });

  it('fails when what was read under the trace is wrong', async () => {
    const { outcome } = await run({ trace: tracing(15, 50) }, ['anatomy'], 'trace', '2');
    expect(outcome.status).toBe('failure');
  });
});
