/**
 * What shows that the figures are worth something: digests that agree, requests that were refused.
 */
import { ARM_LABELS } from '../../bench/words.ts';
import type { Summary } from '../../results/types.ts';
import type { Evidence, Table } from './types.ts';

const ERRNO_NAMES: Readonly<Record<number, string>> = { 0: 'none', 1: 'EPERM', 13: 'EACCES' };

/** The requests that FLASK has to refuse, with Xen's own lines. */
export function refusalEvidence(summary: Summary): { table: Table; lines: Evidence[] } {
  return {
    table: {
      id: 'refusals',
      title: 'What must be refused',
      caption:
        "Requests beyond the introspector's rights, made in this run. Each must fail in the domain that asks and stand as a denial on Xen's console.",
      columns: [
        { label: 'request', align: 'left' },
        { label: 'by', align: 'left' },
        { label: 'outcome', align: 'left' },
        { label: 'error', align: 'left' },
      ],
      rows: summary.refusals.map(({ attempt, meaning, by, outcome, errno }) => [
        `${attempt}: ${meaning}`,
        by,
        outcome,
        ERRNO_NAMES[errno] ?? `errno ${errno}`,
      ]),
    },
    lines: summary.refusals
      .filter(({ denial }) => denial !== '')
      .map(({ attempt, denial }) => ({ label: attempt, text: denial })),
  };
}

/** What each arm read, against what the target holds. */
export function digestTable(summary: Summary): Table {
  return {
    id: 'digests',
    title: 'What was read',
    caption:
      'Digest of all bytes that an arm read in a pass, against the one that the target computed of its own memory. Every batch of every pass was compared; for events, the memory after the last of them.',
    columns: [
      { label: 'arm', align: 'left' },
      { label: 'benchmark', align: 'left' },
      { label: 'digest', align: 'left' },
      { label: "target's digest", align: 'left' },
      { label: 'batches a pass', align: 'right' },
      { label: 'agree', align: 'left' },
    ],
    rows: summary.digests.map(({ benchmark, arm, digest, expected, batches, agrees }) => [
      ARM_LABELS[arm],
      benchmark,
      digest,
      expected,
      String(batches),
      agrees ? 'yes' : 'NO',
    ]),
  };
}
