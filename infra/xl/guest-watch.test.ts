import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../testing/support.ts';
import { fakeDomain, XenHost } from '../testing/xen-host.ts';
import { watchGuest } from './guest-watch.ts';

const WEB = { ...fakeDomain(7, undefined, '00000000-0000-0000-0000-000000000007'), name: 'my web' };
/** What xenstored tells at once of each path that begins to be watched. */
const BEGIN = '/local/domain/7/control/shutdown\n@releaseDomain\n';

let told: string;
let host: XenHost;
beforeEach(async () => {
  host = await XenHost.with({ ...WEB, seconds: 3.5 });
  told = join(await temporaryFolder(), 'told');
  await writeFile(told, BEGIN);
  await xenstoreWatch(`exec tail -n +1 -f ${told}`);
});

/** Puts a script in the place of xenstore-watch. */
async function xenstoreWatch(script: string): Promise<void> {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'xenstore-watch'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const before = process.env.PATH;
  process.env.PATH = `${folder}:${before}`;
  onTestFinished(() => {
    process.env.PATH = before;
  });
}

/** The domain, which tests change. */
function web() {
  return host.domains[1] as (typeof host.domains)[number];
}

async function watch() {
  const watched = await watchGuest(host, WEB);
  onTestFinished(() => watched.stop());
  return watched;
}

describe('a watch over a guest', () => {
  it('says how it is, and that nothing happened', async () => {
    const watched = await watch();
    expect(await watched.look()).toEqual({ state: 'running', seconds: 3.5, interrupted: false });
    web().pauses = 1;
    web().seconds = 4;
    expect(await watched.look()).toEqual({ state: 'paused', seconds: 4, interrupted: false });
    host.domains.pop();
    expect(await watched.look()).toMatchObject({ state: 'gone' });
  });

  it('notices that it was asked to stop, although it runs as before', async () => {
    const watched = await watch();
    await appendFile(told, '/local/domain/7/control/shutdown\n');
    await expect.poll(async () => (await watched.look()).interrupted).toBe(true);
    expect(await watched.look()).toMatchObject({ state: 'running' });
  });

  it.each([
    ['notices that it stopped without being asked in xenstore', 2, true],
    ['is not misled by another domain that ends', undefined, false],
  ])('%s', async (_case, shutdown, interrupted) => {
    const watched = await watch();
    const lists = () => host.asked.filter((line) => line.startsWith('xl list')).length;
    if (shutdown !== undefined) web().shutdown = shutdown;
    await appendFile(told, '@releaseDomain\n');
    await expect.poll(lists).toBe(1);
    await watched.look();
    delete web().shutdown;
    expect(await watched.look()).toMatchObject({ state: 'running', interrupted });
  });

  it('is an error when xenstored tells nothing more', async () => {
    await xenstoreWatch(`cat ${told}; echo "xenstored is gone" >&2`);
    const watched = await watch();
    await expect
      .poll(() => watched.look().catch((error: Error) => error.message))
      .toBe('what becomes of my web cannot be watched: xenstore-watch ended: xenstored is gone');
  });

  it('is an error when it cannot begin', async () => {
    await xenstoreWatch('echo "no such socket" >&2; exit 1');
    await expect(watch()).rejects.toThrow('no such socket');
  });
});
