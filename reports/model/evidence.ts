/**
 * What shows that the figures are worth something: digests that agree, requests that were refused.
 */
import { ARM_LABELS } from '../../bench/words.ts';
import type { Privilege } from '../../infra/testbed.ts';
import type { Result, Summary } from '../../results/types.ts';
import type { DigestEvidence, Evidence, Table } from './types.ts';

const ERRNO_NAMES: Readonly<Record<number, string>> = { 0: 'none', 1: 'EPERM', 13: 'EACCES' };

/** What a request that was granted is called where the run's privilege opens it. */
export const GRANTED_BY_PRIVILEGE = 'granted by its privilege';

const REFUSAL_CAPTIONS: Readonly<Record<Privilege, string>> = {
  flask:
    "Requests beyond the introspector's rights, made in this run. Each must fail in the domain that asks and stand as a denial on Xen's console.",
  'set-target':
    "Requests beyond what reading the target needs, made in this run. Xen's built-in rules refuse the introspector every other domain's memory, and print nothing; its own target is open to it whole, for writing too.",
};

/** The requests that Xen has to refuse, with its own lines where FLASK prints them. */
export function refusalEvidence(summary: Summary): { table: Table; lines: Evidence[] } {
  return {
    table: {
      id: 'refusals',
      title: 'What must be refused',
      caption: REFUSAL_CAPTIONS[summary.testbed.privilege ?? 'flask'],
      columns: [
        { label: 'request', align: 'left' },
        { label: 'by', align: 'left' },
        { label: 'outcome', align: 'left' },
        { label: 'error', align: 'left' },
      ],
      rows: summary.refusals.map(({ attempt, meaning, by, outcome, expected, errno }) => [
        `${attempt}: ${meaning}`,
        by,
        outcome === expected ? GRANTED_BY_PRIVILEGE : outcome,
        ERRNO_NAMES[errno] ?? `errno ${errno}`,
      ]),
    },
    lines: summary.refusals
      .filter(({ denial }) => denial !== '')
      .map(({ attempt, denial }) => ({ label: attempt, text: denial })),
  };
}

/** How what was read is judged. */
interface Measure {
  caption: string;
  /** Heads the column of the digests that were expected. */
  expected: string;
  /** Said when all agree, after the names of the arms. */
  agree: string;
  disagree: string;
}

/** A target of ours computes the digest of its own memory. */
const OF_OURS: Measure = {
  caption:
    'Digest of all bytes that an arm read in a pass, against the one that the target computed of its own memory. Every batch of every pass was compared; for events, the memory after the last of them.',
  expected: "target's digest",
  agree: "read exactly the target's bytes.",
  disagree: 'What was read is not what the target holds.',
};

/** What a guest of somebody else holds, only the introspectors tell. */
const OF_A_STRANGER: Measure = {
  caption:
    'Digest of all bytes that an arm read in a pass, against those that were read first, whichever arm read them: nobody else can tell what a guest holds that is not ours. Every batch of every pass was compared.',
  expected: 'digest at first',
  agree: 'read the same bytes of the guest in every pass.',
  disagree: 'What was read of the guest was not the same in every pass.',
};

/** What each arm read, against what the target holds, or against what was read first. */
export function digestEvidence({ summary, manifest }: Result): DigestEvidence {
  const { caption, expected, agree, disagree } = manifest.options.guest ? OF_A_STRANGER : OF_OURS;
  const agrees = summary.digests.every((entry) => entry.agrees);
  const arms = [...new Set(summary.digests.map(({ arm }) => ARM_LABELS[arm]))];
  return {
    table: digestTable(summary, caption, expected),
    agrees,
    verdict: agrees ? `${arms.join(' and ')} ${agree}` : disagree,
  };
}

function digestTable(summary: Summary, caption: string, expected: string): Table {
  return {
    id: 'digests',
    title: 'What was read',
    caption,
    columns: [
      { label: 'arm', align: 'left' },
      { label: 'benchmark', align: 'left' },
      { label: 'digest', align: 'left' },
      { label: expected, align: 'left' },
      { label: 'batches a pass', align: 'right' },
      { label: 'agree', align: 'left' },
    ],
    rows: summary.digests.map((entry) => [
      ARM_LABELS[entry.arm],
      entry.benchmark,
      entry.digest,
      entry.expected,
      String(entry.batches),
      entry.agrees ? 'yes' : 'NO',
    ]),
  };
}
