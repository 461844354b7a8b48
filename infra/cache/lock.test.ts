import { join } from 'node:path';
import { expect, it } from 'vitest';
import { onlyPrograms, temporaryFolder } from '../testing/support.ts';
import { lock } from './lock.ts';

it('is held by one at a time, and handed on', async () => {
  const path = join(await temporaryFolder(), 'locks', 'a');
  const first = await lock(path);
  expect(await lock(path, { wait: false })).toBeUndefined();
  let waited = false;
  const second = lock(path, {
    onWait: () => {
      waited = true;
    },
  });
  await new Promise((resolve) => setTimeout(resolve, 1200));
  expect(waited).toBe(true);
  await first?.release();
  await (await second)?.release();
});

it('can be given up waiting for', async () => {
  const path = join(await temporaryFolder(), 'a');
  const held = await lock(path);
  const controller = new AbortController();
  const waiting = lock(path, { signal: controller.signal });
  controller.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
  await held?.release();
});

it('names the package of a missing flock', async () => {
  const path = join(await temporaryFolder(), 'a');
  await onlyPrograms();
  await expect(lock(path)).rejects.toMatchObject({
    advice: expect.stringContaining('util-linux'),
  });
});
