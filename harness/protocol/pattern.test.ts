import { expect, it } from 'vitest';
import { digestOfPages } from './pattern.ts';

// Printed by the target itself, for seed 1 (native/target/init.c).
it('gives the digest that the target reports', () => {
  expect(digestOfPages(1, 0, 500)).toBe('3b37225218c3135d');
});

// Read by the Mini-OS introspector.
it('gives the digest of a single page', () => {
  expect(digestOfPages(1, 0, 1)).toBe('5130c9df107e72bb');
});
