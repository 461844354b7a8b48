import { expect, it } from 'vitest';
import type { DomainSpec } from '../testbed.ts';
import { PresentDomains } from './present.ts';

const spec: DomainSpec = {
  role: 'target',
  name: 'tv-target',
  type: 'pvh',
  pages: 500,
  batch: 500,
  pageSize: '4k',
  seed: 1,
};
const domain = { spec, domid: 3, config: 'name = "tv-target"\n' };

it('gives a domain away once, to whoever wants just that one', () => {
  const present = new PresentDomains([domain]);
  expect(present.take({ ...spec, pages: 501 }, domain.config)).toBeUndefined();
  expect(present.take(spec, 'name = "tv-other"\n')).toBeUndefined();
  expect(present.take({ ...spec }, domain.config)).toBe(domain);
  expect(present.take(spec, domain.config)).toBeUndefined();
});

it('gives away one that only has the name', () => {
  const present = new PresentDomains([domain]);
  expect(present.inTheWay('tv-introspector')).toBeUndefined();
  expect(present.inTheWay('tv-target')).toBe(domain);
  expect(present.inTheWay('tv-target')).toBeUndefined();
});
