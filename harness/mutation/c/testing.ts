/** A mutant for tests of what is told of one. */
import type { Mutant } from './mutant.ts';

/** A bound of the library. */
export const MUTANT: Mutant = {
  file: 'vmi/walk.c',
  line: 7,
  text: 'if (a < b)',
  kind: 'bound moved by one',
  from: '<',
  to: '<=',
  id: '1',
};
