/**
 * A machine's state but its RAM, to a file and back: a migration of QEMU's. RAM is left out where it is a
 * file that is shared, and comes back from that file.
 */
import { createWriteStream } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../../errors.ts';
import { connectTo, type MonitorExecute, withMonitor } from '../monitor.ts';

const POLL_MS = 20;

/** What QEMU is told on both sides: the state does not hold RAM that is a shared file. */
const WITHOUT_SHARED_RAM = { capabilities: [{ capability: 'x-ignore-shared', state: true }] };

/** What `query-migrate` says. */
interface Migration {
  status?: string;
  'error-desc'?: string;
}

/**
 * Stops a machine, and writes its state.
 * @param monitor path of QEMU's monitor
 * @param socket path of a socket that is made for the transfer
 * @param file where the state goes
 * @throws UserError when QEMU cannot give it
 */
export async function saveState(
  monitor: string,
  socket: string,
  file: string,
  signal: AbortSignal,
): Promise<void> {
  const server = createServer();
  const received = new Promise<void>((resolve, reject) => {
    server.once('connection', (connection) => {
      pipeline(connection, createWriteStream(file, { mode: 0o600 })).then(resolve, reject);
    });
  });
  received.catch(() => undefined);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socket, resolve);
  });
  try {
    await withMonitor(monitor, signal, async (_command, execute) => {
      await execute('migrate-set-capabilities', WITHOUT_SHARED_RAM);
      await execute('stop');
      await execute('migrate', { uri: `unix:${socket}` });
      await migrated(execute, received, signal);
    });
    await received;
  } finally {
    server.close();
    await rm(socket, { force: true });
  }
}

async function migrated(
  execute: MonitorExecute,
  received: Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  let broken: unknown;
  received.catch((error: unknown) => {
    broken = error;
  });
  for (;;) {
    signal.throwIfAborted();
    const { status, 'error-desc': why } = (await execute('query-migrate')) as Migration;
    if (broken !== undefined) throw broken;
    if (status === 'completed') return;
    if (status === 'failed' || status === 'cancelled') {
      throw new UserError(`QEMU cannot save the machine's state: ${why ?? status}`);
    }
    await sleep(POLL_MS, undefined, { signal });
  }
}

/**
 * Gives a machine its saved state, and lets it go on.
 * @param socket path of a socket that QEMU makes for the transfer
 */
export async function restoreState(
  monitor: string,
  socket: string,
  file: string,
  signal: AbortSignal,
): Promise<void> {
  await withMonitor(monitor, signal, async (_command, execute) => {
    await execute('migrate-set-capabilities', WITHOUT_SHARED_RAM);
    await execute('migrate-incoming', { uri: `unix:${socket}` });
    const connection = await connectTo(socket, signal);
    // QEMU closes it when it has read to the state's end; whether it is content, its status tells.
    connection.on('error', () => undefined);
    connection.end(await readFile(file));
    for (;;) {
      const { status } = (await execute('query-status')) as { status: string };
      if (status !== 'inmigrate') break;
      await sleep(POLL_MS, undefined, { signal });
    }
    await execute('cont');
  });
}
