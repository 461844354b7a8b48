/**
 * Who a process id belongs to: ids are reused, so a recorded one counts only together with the time at
 * which its process started (field 22 of /proc/<pid>/stat, in clock ticks since boot; proc(5)) and the
 * boot that it was in.
 */
import { readFileSync } from 'node:fs';

/** A process that can be told from a later one with the same id. */
export interface ProcessIdentity {
  pid: number;
  /** Clock ticks between the machine's boot and the start of the process. */
  startTime: string;
  /** The kernel's random id of the boot. */
  bootId: string;
}

/** The identity of a running process; undefined when there is none of that id. */
export function identityOf(pid: number): ProcessIdentity | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, startTime] = [afterName[0], afterName[19]];
    if (startTime === undefined || state === 'Z' || state === 'X') return undefined;
    return { pid, startTime, bootId: bootId() };
  } catch {
    return undefined;
  }
}

/** True while the very process of that identity runs. */
export function isRunning(identity: ProcessIdentity): boolean {
  const now = identityOf(identity.pid);
  return now?.startTime === identity.startTime && now.bootId === identity.bootId;
}

/** The kernel's id of this boot of the machine. */
export function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}
