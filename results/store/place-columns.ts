/**
 * Columns that say where in a run a row was measured, alike in every table.
 */
import { column } from './table.ts';

/** Which creation of the domains. */
export const CREATION_COLUMNS = [
  column('boot', 'integer', '', 'life of the testbed, from 0'),
  column('domain', 'integer', '', 'creation of the domains in it, from 0'),
] as const;

/** Which job. */
export const JOB_COLUMNS = [
  ...CREATION_COLUMNS,
  column('block', 'integer', '', 'block, from 0: each holds the arms in a random, mirrored order'),
  column('order', 'integer', '', "place of the job in its benchmark's order, from 0"),
  column('arm', 'word', '', 'what was measured: `dom0`, `minios`, …'),
  column('state', 'word', '', 'state, as the benchmark names them'),
] as const;
