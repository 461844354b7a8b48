import { describe, expect, it } from 'vitest';
import { AGREEMENT_RULES, type AgreementRule, agreementOf, type Median } from './agreement.ts';

const [pages, events, dom0] = AGREEMENT_RULES as unknown as [
  AgreementRule,
  AgreementRule,
  AgreementRule,
];

const page = (arm: string, p50: number): Median => ({
  ...{ benchmark: 'page-walk', arm, state: 'cold', phase: 'total', p50 },
});
const event = (arm: string, p50: number): Median => ({
  ...{ benchmark: 'events', arm, state: 'cpuid', phase: 'added', p50 },
});
const of = (name: string, ...medians: Median[]) => ({ name, medians });

describe('medians of pages from Mini-OS', () => {
  it('agree to the instruction', () => {
    const first = of('cold', page('minios', 9280.85), page('dom0', 1));
    expect(agreementOf(pages, [first, of('b', page('minios', 9281.2))])).toMatchObject({
      count: 1,
      largest: 0,
      holds: true,
    });
    const apart = agreementOf(pages, [
      first,
      of('b', page('minios', 9280.9)),
      of('restored', page('minios', 9282)),
    ]);
    expect(apart).toMatchObject({ holds: false, where: 'restored: page-walk cold of minios' });
    expect(apart.largest).toBeCloseTo(1 / 9280.85, 8);
  });
});

it('others agree within their part', () => {
  const cold = of('cold', event('minios', 10_000), event('dom0', 10_000), page('dom0', 10_000));
  const near = of('b', event('minios', 10_019), event('dom0', 9_921), page('dom0', 10_079));
  const far = of('b', event('minios', 10_021), event('dom0', 10_000), page('dom0', 10_081));
  for (const rule of [events, dom0]) {
    expect(agreementOf(rule, [cold, near]).holds).toBe(true);
    expect(agreementOf(rule, [cold, far]).holds).toBe(false);
  }
});

it('what is not there is no agreement', () => {
  const cold = of('cold', page('minios', 1));
  expect(() => agreementOf(pages, [cold])).toThrow('nothing to compare');
  expect(() => agreementOf(events, [cold, cold])).toThrow('nothing to compare');
  expect(() => agreementOf(pages, [cold, of('b')])).toThrow('b has no median of page-walk minios');
});
