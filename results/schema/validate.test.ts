import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { CLAIMS } from '../../bench/claims.ts';
import { evaluateClaims } from '../../harness/claims/evaluate.ts';
import { identityOfRun } from '../identity.ts';
import type { Manifest, Summary } from '../types.ts';
import { checkHistoryEntry, checkImported, checkManifest, checkSummary } from './validate.ts';

async function real(name: string): Promise<unknown> {
  return JSON.parse(
    await readFile(new URL(`../testing/real-run/${name}`, import.meta.url), 'utf8'),
  );
}

describe('the schemas', () => {
  it('fit a run of an early version on the emulated testbed', async () => {
    expect(checkSummary(await real('summary.json'))).toMatchObject({ ok: true });
    expect(checkManifest(await real('manifest.json'))).toMatchObject({ ok: true });
  });

  it('do not fit it when a figure is no number, or a success has no figures', async () => {
    const summary = (await real('summary.json')) as Summary;
    const [first, ...others] = summary.measures;
    const broken = { ...summary, measures: [{ ...first, p50: null }, ...others] };
    expect(checkSummary(broken)).toMatchObject({ ok: false });
    expect(checkSummary({ ...summary, measures: [] })).toMatchObject({ ok: false });
  });

  it('name what does not fit', () => {
    for (const check of [checkImported, checkHistoryEntry]) {
      const checked = check({});
      expect(checked.ok).toBe(false);
      if (!checked.ok) expect(checked.reasons.join()).toContain('required');
    }
  });
});

describe('a run of an early version', () => {
  it('is of the same kind as one that could have been given another memory, and was not', async () => {
    const summary = (await real('summary.json')) as Summary;
    const manifest = (await real('manifest.json')) as Manifest;
    const withMemory = (hostMemory: number) =>
      identityOfRun(summary, { ...manifest, options: { ...manifest.options, hostMemory } });
    expect(withMemory(0)).toEqual(identityOfRun(summary, manifest));
    expect(withMemory(2048)).toMatchObject({ 'page-walk.hostMemory': '2048' });
  });

  it('still has an identity and answers claims', async () => {
    const summary = (await real('summary.json')) as Summary;
    const manifest = (await real('manifest.json')) as Manifest;
    expect(identityOfRun(summary, manifest)).toMatchObject({
      testbed: 'emulated',
      clock: 'counted, in instructions',
      'clock.dom0': 'tsc, native',
      xen: '4.17.5',
      'page-walk.pages': '500',
      'page-walk.target': 'pvh',
    });
    const verdicts = evaluateClaims(CLAIMS, summary).map(({ claim, verdict }) => [
      claim.id,
      verdict,
    ]);
    expect(Object.fromEntries(verdicts)).toMatchObject({
      'cold-half': 'supported',
      'warm-same': 'supported',
      'paper-time': 'inconclusive',
      'paper-code': 'inconclusive',
    });
  });
});
