import { expect, it } from 'vitest';
import { denialsIn } from './denials.ts';

it('finds the denials among other lines', () => {
  const denial =
    '(XEN) avc:  denied  { map_write } for domid=2 target=1 scontext=system_u:system_r:introspector_t tcontext=system_u:system_r:target_t tclass=mmu';
  const console = `(XEN) Flask: Starting in enforcing mode.\n${denial}\n(XEN) avc:  granted  { x }\n`;
  expect(denialsIn(console)).toEqual([denial]);
});
