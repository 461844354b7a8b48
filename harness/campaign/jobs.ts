/** How many machines are up at the same time: as many as were asked for, or as this machine can carry. */
import { readFile } from 'node:fs/promises';
import { availableParallelism, freemem } from 'node:os';
import { usage } from '../plan/values.ts';

/** Most machines that can be asked for. */
export const MOST_JOBS = 64;

/** What this machine can carry. */
export interface Room {
  cores: number;
  /** Memory that programs can have without others losing theirs. */
  availableMiB: number;
}

/** @throws UserError of kind `usage` */
function wantedJobs(text: string): number {
  const wanted = /^\d+$/.test(text) ? Number(text) : 0;
  if (wanted >= 1 && wanted <= MOST_JOBS) return wanted;
  throw usage(
    `--jobs ${text}: not a whole number from 1 to ${MOST_JOBS}.`,
    'Leave it out for as many as this machine can carry.',
  );
}

/** MiB of memory that is available, by Linux's own estimate (MemAvailable in proc(5)). */
async function availableMiB(): Promise<number> {
  const text = await readFile('/proc/meminfo', 'utf8').catch(() => '');
  const kibibytes = /^MemAvailable:\s+(\d+) kB$/m.exec(text)?.[1];
  const bytes = kibibytes === undefined ? freemem() : Number(kibibytes) * 1024;
  return Math.floor(bytes / 2 ** 20);
}

/** This machine's room now. */
export async function roomHere(): Promise<Room> {
  return { cores: availableParallelism(), availableMiB: await availableMiB() };
}

/**
 * Machines at the same time: what was asked for, or one for each core as far as memory goes; at least
 * one, and never more than there are.
 * @param asked `--jobs` as it was written
 * @param machineMiB memory of each machine
 * @throws UserError of kind `usage` for a number that is none, or that does not fit into memory
 */
export function jobsAtOnce(
  asked: string | undefined,
  machines: number,
  machineMiB: number,
  { cores, availableMiB: available }: Room,
): number {
  const fit = Math.max(1, Math.floor(available / machineMiB));
  if (asked === undefined) return Math.min(machines, cores, fit);
  const wanted = Math.min(wantedJobs(asked), machines);
  if (wanted > fit) {
    throw usage(
      `--jobs ${asked}: ${wanted} machines of ${machineMiB} MiB are more than the ${available} MiB of memory that are available here.`,
      `${fit === 1 ? 'One fits' : `${fit} fit`}: --jobs ${fit}.`,
    );
  }
  return wanted;
}
