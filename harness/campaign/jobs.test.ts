import { describe, expect, it } from 'vitest';
import { jobsAtOnce, roomHere } from './jobs.ts';

const ROOMY = { cores: 4, availableMiB: 16_000 };

describe('machines at the same time', () => {
  it.each([
    ['as many as there are cores', undefined, 6, ROOMY, 4],
    ['no more than there are machines', undefined, 2, ROOMY, 2],
    ['what memory allows', undefined, 6, { cores: 4, availableMiB: 5000 }, 3],
    ['one, however little memory there is', undefined, 6, { cores: 4, availableMiB: 100 }, 1],
    ['what was asked for, beyond the cores', '6', 6, ROOMY, 6],
    ['what was asked for, as far as there are machines', '60', 3, ROOMY, 3],
    [
      'one that was asked for, however little memory there is',
      '1',
      6,
      { cores: 1, availableMiB: 9 },
      1,
    ],
  ] as const)('are %s', (_, asked, machines, room, jobs) => {
    expect(jobsAtOnce(asked, machines, 1536, room)).toBe(jobs);
  });

  it('says what fits when more were asked for', () => {
    expect(() => jobsAtOnce('4', 6, 1536, { cores: 8, availableMiB: 4000 })).toThrow(
      expect.objectContaining({
        kind: 'usage',
        message: expect.stringContaining('4 machines of 1536 MiB'),
        advice: '2 fit: --jobs 2.',
      }),
    );
  });

  it.each(['0', '-1', '1.5', 'two', '65', ''])('are not "%s"', (text) => {
    expect(() => jobsAtOnce(text, 6, 1536, ROOMY)).toThrow(`--jobs ${text}: not a whole number`);
  });
});

it('knows the room of this machine', async () => {
  const { cores, availableMiB } = await roomHere();
  expect(cores).toBeGreaterThanOrEqual(1);
  expect(availableMiB).toBeGreaterThan(10);
});
