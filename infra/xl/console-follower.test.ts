import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { AnsweringHost, temporaryFolder } from '../testing/support.ts';
import { followConsole } from './console-follower.ts';
import { Releases } from './releases.ts';

/** Releases that the test fires. */
class ManualReleases extends Releases {
  readonly #listeners = new Set<() => void>();

  override listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get count(): number {
    return this.#listeners.size;
  }

  fire(): void {
    for (const listener of this.#listeners) listener();
  }
}

async function following(signal?: AbortSignal) {
  const host = new AnsweringHost();
  const releases = new ManualReleases(host);
  const log = join(await temporaryFolder(), 'guest.log');
  const domain: { alive: boolean | Error } = { alive: true };
  const alive = async () => {
    if (domain.alive instanceof Error) throw domain.alive;
    return domain.alive;
  };
  const chunks = followConsole(host, releases, { log, alive }, signal);
  const read = async () => {
    let text = '';
    for await (const bytes of chunks) text += Buffer.from(bytes).toString();
    return text;
  };
  return { releases, log, domain, chunks, read };
}

it('gives what was printed before, what is printed then, and ends with the domain', async () => {
  const { releases, log, domain, read } = await following();
  await writeFile(log, 'before\n');
  const text = read();
  await sleep(300);
  await appendFile(log, 'after\n');
  await sleep(300);
  releases.fire();
  await appendFile(log, 'last words\n');
  domain.alive = false;
  releases.fire();
  expect(await text).toBe('before\nafter\nlast words\n');
  expect(releases.count).toBe(0);
});

it('gives all of the log of a domain that is gone already', async () => {
  const { log, domain, read } = await following();
  domain.alive = false;
  const long = 'x'.repeat(300_000);
  await writeFile(log, long);
  expect(await read()).toBe(long);
});

it('waits for a log that is not there yet', async () => {
  const { log, chunks } = await following();
  const first = chunks.next();
  await sleep(200);
  await writeFile(log, 'hello\n');
  expect(Buffer.from((await first).value ?? '').toString()).toBe('hello\n');
  await chunks.return(undefined);
});

it('ends when the signal fires', async () => {
  const controller = new AbortController();
  const { log, read } = await following(controller.signal);
  await writeFile(log, 'one\n');
  const text = read();
  await sleep(300);
  controller.abort();
  expect(await text).toBe('one\n');
});

it('a host that does not tell whether the domain lives is no death of the domain', async () => {
  const { releases, log, domain, read } = await following();
  await writeFile(log, 'one\n');
  const text = read();
  await sleep(300);
  domain.alive = new Error('no answer');
  releases.fire();
  await expect(text).rejects.toThrow('no answer');
  expect(releases.count).toBe(0);
});
