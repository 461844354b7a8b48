import { expect, it } from 'vitest';
import { deferred } from './deferred.ts';
import { Turns } from './turns.ts';

it('does one piece of work after another, also after one that failed', async () => {
  const turns = new Turns();
  const log: string[] = [];
  const first = deferred<void>();
  const piece = (name: string, until: Promise<void>) => async () => {
    log.push(`${name} begins`);
    await until;
    log.push(`${name} ends`);
    return name;
  };
  const all = [
    turns.take(piece('a', first.promise)),
    turns.take(() => Promise.reject(new Error('b failed'))),
    turns.take(piece('c', Promise.resolve())),
  ];
  await Promise.resolve();
  expect(log).toEqual(['a begins']);
  first.resolve();
  expect(await Promise.allSettled(all)).toEqual([
    { status: 'fulfilled', value: 'a' },
    expect.objectContaining({ status: 'rejected' }),
    { status: 'fulfilled', value: 'c' },
  ]);
  expect(log).toEqual(['a begins', 'a ends', 'c begins', 'c ends']);
});

it('does not begin what nobody wants any more', async () => {
  const turns = new Turns();
  const stop = new AbortController();
  const first = deferred<void>();
  const busy = turns.take(() => first.promise);
  let begun = false;
  const unwanted = turns.take(async () => {
    begun = true;
  }, stop.signal);
  stop.abort(new Error('enough'));
  first.resolve();
  await expect(unwanted).rejects.toThrow('enough');
  await busy;
  expect(begun).toBe(false);
});
