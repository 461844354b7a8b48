/**
 * Who a process id belongs to: ids are reused, so a recorded one counts only together with the time at
 * which its process started (field 22 of /proc/<pid>/stat, in clock ticks since boot; proc(5)), and with
 * the machine, its boot and the namespace of ids (pid_namespaces(7)) in which it is one.
 */
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** A process that can be told from a later one with the same id, and from one of another machine. */
export interface ProcessIdentity {
  pid: number;
  /** Clock ticks between the machine's boot and the start of the process. */
  startTime: string;
  /** The kernel's random id of the boot. */
  bootId: string;
  /** The machine, by its name and by its id (machine-id(5)); the latter is empty where it has none. */
  machine: { name: string; id: string };
  /** The namespace that its id is of, as the kernel names it. */
  pidNamespace: string;
}

/** Whether a process runs; unknown: it is of a machine, or of a container, into which we do not see. */
export type Running = boolean | 'unknown';

/** The identity of a running process; undefined when there is none of that id. */
export function identityOf(pid: number): ProcessIdentity | undefined {
  const startTime = startTimeOf(pid);
  return startTime === undefined ? undefined : { pid, startTime, ...here() };
}

/** Whether the very process of that identity runs. */
export function isRunning(identity: ProcessIdentity): Running {
  const now = here();
  const { bootId, pidNamespace, machine } = identity;
  if (bootId !== now.bootId) {
    // After a restart nothing of it runs; but a boot that is not ours may be another machine's.
    const isOurs = machine?.name === now.machine.name && machine.id === now.machine.id;
    return isOurs && machine.id !== '' ? false : 'unknown';
  }
  if (pidNamespace !== now.pidNamespace) return 'unknown';
  return startTimeOf(identity.pid) === identity.startTime;
}

/** The kernel's id of this boot of the machine. */
export function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

function here(): Pick<ProcessIdentity, 'bootId' | 'machine' | 'pidNamespace'> {
  return {
    bootId: bootId(),
    machine: { name: hostname(), id: machineId() },
    pidNamespace: readlinkSync('/proc/self/ns/pid'),
  };
}

function machineId(): string {
  try {
    return readFileSync('/etc/machine-id', 'utf8').trim();
  } catch {
    return '';
  }
}

function startTimeOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, startTime] = [afterName[0], afterName[19]];
    return state === 'Z' || state === 'X' ? undefined : startTime;
  } catch {
    return undefined;
  }
}
