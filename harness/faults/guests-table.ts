/** The page that tells what came of guests of other shapes. */
import { EXIT_CODES } from '../../infra/errors.ts';
import type { Came, Tried } from './try.ts';

/** A run of shapes. */
export interface GuestsRun {
  commit: string;
  tried: readonly Tried[];
  /** How many there are to try. */
  of: number;
}

function cell(came: Came | undefined): string {
  if (came === undefined) return '–';
  const { exitCode, told } = came;
  if (exitCode === EXIT_CODES.success) return told;
  return `refused (${exitCode}): ${told.replaceAll('|', '\\|')}`;
}

function afterwards({ shape, problems }: Tried): string {
  if (problems.length > 0) return `**wrong**: ${problems.join('; ').replaceAll('|', '\\|')}`;
  return shape.stays === undefined ? 'goes on' : `${shape.stays}, as before`;
}

/** The page in Markdown. */
export function guestsPage({ commit, tried, of }: GuestsRun): string {
  const rows = tried.map(
    (one) => `| ${one.shape.what} | ${cell(one.walk)} | ${cell(one.events)} | ${afterwards(one)} |`,
  );
  return [
    '# Guests of other shapes',
    '',
    `What becomes of introspecting guests as owners have them. Made by \`npm run faults:guests\` at commit ${commit}, on an emulated host that is driven as a plain ssh host (HVM guests on one whose Dom0 has a device model); each guest is made for its row, and is Linux at work that nobody prepared where nothing else is said. \`page-walk\` is run of each (state cold, 50 pages), and \`events\` with \`--allow-events\` (CPUID, 20 events).`,
    '',
    'A cell has the median by arm, in instructions (a page; the introspector’s part of an event), or the exit code and reason of a refusal. "Goes on" is said where, after each run, the guest wrote further lines of its own to its console; and where no owner did anything, domains, settings, xenstore and files of the host were those of before. The command fails where anything is not as [its list of shapes](../harness/faults/shapes.ts) expects.',
    '',
    ...(tried.length === of
      ? []
      : [`The run was stopped: ${tried.length} of ${of} shapes were tried.`, '']),
    '| guest | page-walk | events | afterwards |',
    '|---|---|---|---|',
    ...rows,
    '',
    '## Not made',
    '',
    '- A guest of more than 4 GiB: it wants an emulated host of 8 GB, and Xen fills such a guest’s memory instruction by instruction; frames above 4 GiB are in the unit tests alone.',
    '- A 32-bit Linux: Debian 12’s packages for this architecture have no 32-bit kernel, so that the guest of 32 bits is a program of ours (`harness/e2e/pae-guest.S`).',
    '',
  ].join('\n');
}
