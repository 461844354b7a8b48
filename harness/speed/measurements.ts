/** What is run on either side for the rows of the table. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Part } from './parts.ts';
import type { Side } from './sides.ts';

/** Folder of the snapshots within a cache. */
const SNAPSHOTS = 'snapshots';
const READY = fileURLToPath(new URL('./ready.mjs', import.meta.url));
const WALK = ['--bench', 'page-walk', '--state', 'cold', '--blocks', '1'];

/** One thing that is run. */
export interface Measurement {
  part: Part;
  side: Side['name'];
  /** Not run before it is measured: it takes too long, or is about not having been run. */
  isUnprepared?: boolean;
  /** Before each time. */
  prepare?(side: Side): Promise<void>;
  /** The command, run in the side's checkout. `out`: a folder for results. */
  command(side: Side, out: string): string[];
  /** The command says itself when it was ready, in seconds since its start, on standard output. */
  saysWall?: boolean;
}

const bench = (_: Side, out: string) => ['npm', 'run', '--silent', 'bench', '--', '--out', out];
const walk = (_: Side, out: string) => [
  ...['node', 'harness/cli/start.mjs', 'run', ...WALK, '--out', out],
];
const ready =
  (start: 'cold' | 'restored') =>
  ({ folder }: Side) => ['node', '--import', 'tsx', READY, folder, start];

/** By their names, in the order in which a round runs them. */
export const MEASUREMENTS = {
  'old ready': { part: 'testbed', side: 'old', command: ready('cold'), saysWall: true },
  'new ready': { part: 'testbed', side: 'new', command: ready('restored'), saysWall: true },
  'new ready cold': { part: 'testbed', side: 'new', command: ready('cold'), saysWall: true },
  'old bench': { part: 'bench', side: 'old', command: bench },
  'new bench': { part: 'bench', side: 'new', command: bench },
  'new bench first': {
    part: 'bench',
    side: 'new',
    isUnprepared: true,
    prepare: ({ cache }) => rm(join(cache, SNAPSHOTS), { recursive: true, force: true }),
    command: bench,
  },
  'old walk': { part: 'walk', side: 'old', command: walk },
  'new walk': { part: 'walk', side: 'new', command: walk },
  'old ci': { part: 'ci', side: 'old', isUnprepared: true, command: () => ['.ci/run'] },
  'new ci': { part: 'ci', side: 'new', isUnprepared: true, command: () => ['.ci/run'] },
} as const satisfies Record<string, Measurement>;

/** A name of one of them. */
export type MeasurementId = keyof typeof MEASUREMENTS;
