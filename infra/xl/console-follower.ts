/**
 * Follows the log that xenconsoled keeps of a domain's console (`xenconsoled --log=all`), from its first
 * byte until the domain is gone and all of the log is read.
 *
 * GNU tail is woken by inotify; a reader that polls would spend instructions of the emulated machine.
 */
import { UserError } from '../errors.ts';
import type { CommandHost } from './commands.ts';
import type { Releases } from './releases.ts';

/** What is followed. */
export interface Followed {
  /** Absolute path of the log on the host. */
  log: string;
  /** False when the domain has shut down or is gone. */
  alive(): Promise<boolean>;
}

/**
 * Yields the bytes of a domain's console.
 * @throws UserError when the host does not tell whether the domain lives, or the log ends before it does
 */
export async function* followConsole(
  host: CommandHost,
  releases: Releases,
  followed: Followed,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  if (signal?.aborted) return;
  const tail = await host.spawn(['tail', '-c', '+1', '-F', followed.log]);
  const kill = () => void tail.kill().catch(() => undefined);
  let read = 0;
  let end: number | undefined;
  let failure: unknown;
  const unlisten = releases.onEnd(
    followed.alive,
    async () => {
      end = await sizeOf(host, followed.log);
      if (read >= end) kill();
    },
    (error) => {
      failure ??= error;
      kill();
    },
  );
  signal?.addEventListener('abort', kill, { once: true });
  try {
    for await (const bytes of tail.stdout) {
      read += bytes.length;
      yield bytes;
      if (signal?.aborted || (end !== undefined && read >= end)) return;
    }
    if (failure !== undefined) throw failure;
    if (signal?.aborted || end !== undefined) return;
    throw new UserError(`cannot read on in ${followed.log}: its reader ended`);
  } finally {
    unlisten();
    signal?.removeEventListener('abort', kill);
    kill();
  }
}

async function sizeOf(host: CommandHost, path: string): Promise<number> {
  const { stdout } = await host.run(['stat', '-c', '%s', path]);
  return Number(stdout.trim()) || 0;
}
