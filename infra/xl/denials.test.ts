import { expect, it } from 'vitest';
import { denialsIn } from './denials.ts';

it('finds the denials among other lines', () => {
  const denial =
    '(XEN) avc:  denied  { map_write } for domid=2 target=1 scontext=system_u:system_r:introspector_t tcontext=system_u:system_r:target_t tclass=mmu';
  const console = `(XEN) Flask: Starting in enforcing mode.\n${denial}\n(XEN) avc:  granted  { x }\n`;
  expect(denialsIn(console)).toEqual([denial]);
  const timed = denial.replace('(XEN) ', '(XEN) [2026-11-30 19:00:00.123] ');
  expect(denialsIn(timed)).toEqual([timed]);
  for (const forged of [
    denial.replace('(XEN)', '(d2)'),
    `(d2) ${denial}`,
    denial.replace('(XEN) ', ''),
    `(XEN) d2 says: ${denial}`,
    `(XEN) d2v0 ${denial.replace('(XEN) ', '')}`,
  ]) {
    expect(denialsIn(forged)).toEqual([]);
  }
});
