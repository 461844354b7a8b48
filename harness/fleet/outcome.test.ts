import { expect, it } from 'vitest';
import { exitCodeOfAll, type HostOutcome, outcomeBrief } from './outcome.ts';
import { demandOnce, testbedsOf } from './testbeds.ts';

function outcome(status: HostOutcome['status']): HostOutcome {
  const good = status === 'success';
  return {
    testbed: `host-${status}`,
    status,
    tries: 1,
    folder: good ? 'results/runs/x' : null,
    reason: good ? null : 'It broke.',
    advice: good ? null : 'Mend it.',
    left: [],
  };
}

it.each([
  [['success', 'success'], 0],
  [['success', 'skipped'], 77],
  [['error', 'skipped', 'success'], 2],
  [['crash', 'failure', 'error'], 1],
  [['success', 'interrupted', 'failure'], 130],
] as const)('%j ends with exit code %i', (statuses, exitCode) => {
  expect(exitCodeOfAll(statuses.map(outcome))).toBe(exitCode);
});

it('is no success for the caller when something was left on a host', () => {
  const behind = { ...outcome('success'), left: ['the domain tv-target: run clean'] };
  expect(exitCodeOfAll([outcome('success'), behind])).toBe(2);
  expect(exitCodeOfAll([outcome('failure'), behind])).toBe(1);
  expect(outcomeBrief([behind]).notes).toEqual([
    'host-success: left behind: the domain tv-target: run clean',
  ]);
});

it('says of each what came out, and why not', () => {
  const { sentences, tables, notes } = outcomeBrief([outcome('success'), outcome('error')]);
  expect(sentences[0]).toEqual({ tone: 'bad', text: '1 of 2 succeeded.' });
  expect(tables[0]?.rows).toEqual([
    ['host-success', 'success', '1', 'results/runs/x'],
    ['host-error', 'error', '1', 'none'],
  ]);
  expect(notes).toEqual(['host-error: It broke. Mend it.']);
});

it('reads testbeds, and refuses one that is named twice or not at all', () => {
  expect(testbedsOf('lab, attic')).toEqual(['lab', 'attic']);
  expect(testbedsOf(undefined)).toEqual(['emulated']);
  expect(() => testbedsOf('lab,attic,lab')).toThrow('names lab twice');
  expect(() => testbedsOf('lab,,attic')).toThrow('a name is missing');
  expect(() => demandOnce(['lab', 'attic'], ['ssh:a', 'ssh:a'])).toThrow(
    'one host twice: lab and attic',
  );
});
