import { expect, it } from 'vitest';
import { UserError } from '../../infra/errors.ts';
import { RecordedProgress } from '../../infra/testing/support.ts';
import { type Attempt, type Ending, sideBySide, withTries } from './side-by-side.ts';

/** Attempts that end as listed, the last one for ever. */
function endings(...list: (string | UserError)[]): Attempt {
  return async () => {
    const next = list.length > 1 ? list.shift() : list[0];
    if (next instanceof UserError) throw next;
    return next as string;
  };
}

async function tried(tries: number, attempt: Attempt, control = new AbortController()) {
  const progress = new RecordedProgress();
  const { signal } = control;
  const ending = await withTries('lab', attempt, { tries, pauseMs: 1, progress, signal });
  return { ending, lines: progress.lines };
}

it('tries again what ended badly, and tells', async () => {
  const attempt = endings(
    new UserError('no memory'),
    new UserError('died', { kind: 'crash' }),
    'r',
  );
  const { ending, lines } = await tried(3, attempt);
  expect(ending).toEqual({ testbed: 'lab', tries: 3, folder: 'r' });
  expect(lines).toEqual(['warn try 1 of 3 failed: no memory', 'warn try 2 of 3 failed: died']);
});

it('gives up after the last try', async () => {
  const { ending } = await tried(2, endings(new UserError('no memory')));
  expect(ending).toMatchObject({ tries: 2, error: { message: 'no memory' } });
});

it.each(['usage', 'failure', 'skipped', 'interrupted'] as const)(
  'does not try %s again',
  async (kind) => {
    const { ending } = await tried(5, endings(new UserError('x', { kind }), 'r'));
    expect(ending).toMatchObject({ tries: 1, error: { kind } });
  },
);

it('begins no try after Ctrl-C', async () => {
  const control = new AbortController();
  const attempt = async () => {
    control.abort();
    throw new UserError('no memory');
  };
  expect((await tried(5, attempt, control)).ending.tries).toBe(1);
});

it('measures side by side: what fails stops no other', async () => {
  const told: string[] = [];
  let release = () => {};
  const other = new Promise<void>((resolve) => {
    release = resolve;
  });
  const measure = async (testbed: string): Promise<Ending> => {
    if (testbed === 'broken') {
      release();
      throw new Error('a defect');
    }
    await other;
    return { testbed, tries: 1, folder: 'r' };
  };
  const all = await sideBySide(['lab', 'broken'], measure, ({ testbed }) => told.push(testbed));
  expect(all).toMatchObject([
    { testbed: 'lab', folder: 'r' },
    { testbed: 'broken', error: { kind: 'error', message: 'a defect' } },
  ]);
  expect(told.sort()).toEqual(['broken', 'lab']);
});
