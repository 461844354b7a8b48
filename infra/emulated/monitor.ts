/** The few questions that are put to QEMU's monitor (QMP: docs/interop/qmp-spec.txt of QEMU). */
import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../errors.ts';

const CONNECT_EVERY_MS = 10;

/** Longest wait for the monitor of a machine that may be gone. */
export const MONITOR_MS = 10_000;

/** Puts a command of QEMU's human monitor to it. @returns what it prints */
export type MonitorCommand = (line: string) => Promise<string>;

/** Has QEMU execute a command of QMP. @returns what it answers */
export type MonitorExecute = (name: string, args?: object) => Promise<unknown>;

/**
 * Talks to the monitor.
 * @param path the monitor's socket, which QEMU may be about to create.
 */
export async function withMonitor<T>(
  path: string,
  signal: AbortSignal,
  talk: (command: MonitorCommand, execute: MonitorExecute) => Promise<T>,
): Promise<T> {
  const socket = await connectTo(path, signal);
  try {
    const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
    await lines.next();
    const execute: MonitorExecute = (name, args = {}) =>
      ask(socket, lines, { execute: name, arguments: args });
    await execute('qmp_capabilities');
    const command: MonitorCommand = async (line) =>
      String(await execute('human-monitor-command', { 'command-line': line }));
    return await talk(command, execute);
  } finally {
    socket.destroy();
  }
}

/**
 * The port of loopback that QEMU forwards to the machine's port 22. QEMU was told to let the kernel
 * choose it, so two testbeds cannot want the same.
 * @param path the monitor's socket, which QEMU may be about to create.
 */
export function forwardedPort(path: string, signal: AbortSignal): Promise<number> {
  return withMonitor(path, signal, async (command) => {
    const text = await command('info usernet');
    const port = /HOST_FORWARD\]\s+\d+\s+127\.0\.0\.1\s+(\d+)\s/.exec(text)?.[1];
    if (port === undefined) throw new UserError(`QEMU forwards no port: ${text}`);
    return Number(port);
  });
}

/** Connects to a socket of QEMU's, which it may be about to create. */
export async function connectTo(path: string, signal: AbortSignal): Promise<Socket> {
  for (;;) {
    signal.throwIfAborted();
    const socket = createConnection(path);
    try {
      await once(socket, 'connect', { signal });
      return socket;
    } catch {
      socket.destroy();
      await sleep(CONNECT_EVERY_MS, undefined, { signal });
    }
  }
}

async function ask(
  socket: Socket,
  lines: AsyncIterator<string>,
  command: object,
): Promise<unknown> {
  socket.write(`${JSON.stringify(command)}\n`);
  for (;;) {
    const { value, done } = await lines.next();
    if (done) throw new UserError('QEMU closed its monitor');
    const answer = JSON.parse(value) as { return?: unknown; error?: { desc: string } };
    if (answer.error !== undefined) throw new UserError(`QEMU refused: ${answer.error.desc}`);
    if ('return' in answer) return answer.return;
  }
}
