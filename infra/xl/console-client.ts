/**
 * Reads a domain's console as a client of xenconsoled (`xl console`), for hosts whose xenconsoled keeps
 * no log. What a domain printed before the client came is kept for it by xenconsoled, up to 1 MiB.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../errors.ts';
import type { Process } from '../testbed.ts';
import type { CommandHost } from './commands.ts';
import type { Releases } from './releases.ts';

/** The key that ends a client in order, Ctrl-]: one that is killed leaves its lock behind. */
const ESCAPE = '\x1d';
/** Longest that its end may take. */
const END_MS = 2000;

/** Path of the lock that the client of a domain's console holds. */
export function consoleLock(domid: number): string {
  return `/var/lock/xenconsole.${domid}`;
}

/** After the end of a domain its last words are on their way; silence of this length says they came. */
const QUIET_MS = 500;

/** Whose console is read. */
export interface Attached {
  domid: number;
  /** False when the domain has shut down or is gone. */
  alive(): Promise<boolean>;
}

/**
 * Yields the bytes of a domain's console until it is gone and silent, or the signal fires.
 * @throws UserError when the client ends before the domain does
 */
export async function* attachConsole(
  host: CommandHost,
  releases: Releases,
  { domid, alive }: Attached,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  if (signal?.aborted) return;
  const client = await host.spawn(['xl', 'console', '-t', 'pv', String(domid)]);
  const kill = () => void endClient(client).catch(() => undefined);
  let heard = Date.now();
  let over = false;
  let failure: unknown;
  const unlisten = releases.onEnd(
    alive,
    async () => {
      over = true;
      while (Date.now() - heard < QUIET_MS) await sleep(QUIET_MS, undefined, { ref: false });
      kill();
    },
    (error) => {
      failure ??= error;
      kill();
    },
  );
  signal?.addEventListener('abort', kill, { once: true });
  try {
    for await (const bytes of client.stdout) {
      heard = Date.now();
      yield bytes;
      if (signal?.aborted) return;
    }
    if (failure !== undefined) throw failure;
    if (signal?.aborted || over || !(await alive())) return;
    const { stderr } = await client.exited;
    throw new UserError(
      `the console of domain ${domid} cannot be read on: ${stderr.trim() || 'its client ended'}`,
      { advice: 'one client reads a console: end another xl console of this domain' },
    );
  } finally {
    unlisten();
    signal?.removeEventListener('abort', kill);
    kill();
  }
}

/** Ends a client in order, or else at once. */
async function endClient(client: Process): Promise<void> {
  await client.write(ESCAPE).catch(() => undefined);
  const late = sleep(END_MS, 'late', { ref: false });
  if ((await Promise.race([client.exited, late])) === 'late') await client.kill();
}
