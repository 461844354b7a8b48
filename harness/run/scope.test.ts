import { expect, it, vi } from 'vitest';
import { Scope } from './scope.ts';

it('undoes what was done last first, once each, and goes on where one fails', async () => {
  const scope = new Scope();
  const done: string[] = [];
  const does = (what: string) => async () => void done.push(what);
  scope.defer('remove a', does('a'));
  scope.defer('remove b', () => Promise.reject(new Error('busy')));
  scope.defer('remove c', does('c'), null);
  const begun: string[] = [];
  expect(await scope.close((what) => begun.push(what))).toEqual([
    { what: 'remove b', error: new Error('busy') },
  ]);
  expect(begun).toEqual(['remove c', 'remove b', 'remove a']);
  expect(done).toEqual(['c', 'a']);
  expect(await scope.close()).toEqual([]);
  expect(done).toEqual(['c', 'a']);
});

it('waits for one as long as was said, and for one without a deadline until it is done', async () => {
  vi.useFakeTimers();
  try {
    const scope = new Scope();
    const never = () => new Promise<void>(() => undefined);
    const late = () => new Promise<void>((resolve) => setTimeout(resolve, 3_600_000));
    scope.defer('remove a', never);
    scope.defer('remove b', never, 5000);
    scope.defer('remove c', late, null);
    const closing = scope.close();
    await vi.advanceTimersByTimeAsync(3_600_000 + 5000 + 20_000);
    expect(await closing).toEqual([
      { what: 'remove b', error: new Error('not finished after 5 s') },
      { what: 'remove a', error: new Error('not finished after 20 s') },
    ]);
  } finally {
    vi.useRealTimers();
  }
});
