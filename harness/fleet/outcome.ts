/** What came out on each testbed, and of all of them together. */
import { EXIT_CODES } from '../../infra/errors.ts';
import { type Brief, left, right } from '../../reports/model/brief.ts';
import type { Status } from '../../results/types.ts';

/** A testbed with what came out there. */
export interface HostOutcome {
  testbed: string;
  status: Status | 'usage' | 'interrupted';
  tries: number;
  /** Folder of its result; null: there is none. */
  folder: string | null;
  /** Why it is no success; null for one. */
  reason: string | null;
  advice: string | null;
  /** What its run made there and could not remove, with what to do. */
  left: readonly string[];
}

/** Statuses from the one that matters most. */
const GRAVEST: readonly HostOutcome['status'][] = [
  'interrupted',
  'failure',
  'crash',
  'error',
  'usage',
  'skipped',
  'success',
];

/** The status of the whole: success when every testbed had one. */
export function statusOf(outcomes: readonly HostOutcome[]): HostOutcome['status'] {
  const found = GRAVEST.find((status) => outcomes.some((outcome) => outcome.status === status));
  if (found === undefined) throw new Error('no testbed was measured');
  return found;
}

/** The exit code that a status calls for: an error's for a success that left something behind. */
export function exitCodeWith(status: HostOutcome['status'], behind: readonly string[]): number {
  return EXIT_CODES[status === 'success' && behind.length > 0 ? 'error' : status];
}

/** The exit code of the whole. */
export function exitCodeOfAll(outcomes: readonly HostOutcome[]): number {
  const behind = outcomes.flatMap((outcome) => outcome.left);
  return exitCodeWith(statusOf(outcomes), behind);
}

/** The table at the end. */
export function outcomeBrief(outcomes: readonly HostOutcome[]): Brief {
  const good = outcomes.filter(({ status }) => status === 'success').length;
  return {
    title: `${outcomes.length} testbeds`,
    sentences: [
      {
        tone: good === outcomes.length ? 'good' : 'bad',
        text: `${good} of ${outcomes.length} succeeded.`,
      },
    ],
    tables: [
      {
        id: 'testbeds',
        title: 'What came out',
        caption: 'By testbed; tries: attempts that were made.',
        columns: [left('testbed'), left('outcome'), right('tries'), left('result')],
        rows: outcomes.map(({ testbed, status, tries, folder }) => [
          testbed,
          status,
          String(tries),
          folder ?? 'none',
        ]),
      },
    ],
    notes: outcomes.flatMap(({ testbed, reason, advice, left: behind }) => [
      ...(reason === null ? [] : [`${testbed}: ${[reason, advice].filter(Boolean).join(' ')}`]),
      ...behind.map((what) => `${testbed}: left behind: ${what}`),
    ]),
  };
}
