/**
 * Has Linux on a host record the system calls of a program while something is done: ftrace's events
 * raw_syscalls:sys_enter, which has the number of every call, and syscalls:sys_enter_*, which have names
 * (Linux: Documentation/trace/ftrace.rst, Documentation/trace/events.rst).
 */
import { basename } from 'node:path';
import { UserError } from '../errors.ts';
import type { CommandHost } from '../xl/commands.ts';
import { READY, recordWhile } from './recording.ts';

/** A system call that a program entered. */
export interface SystemCall {
  /** The time-stamp counter then. */
  tsc: bigint;
  /** As the kernel names its entry; its number where the kernel records no name. */
  name: string;
}

const NO_EVENTS = 3;
const REFUSED = 4;
/** Linux keeps so much of a program's name (TASK_COMM_LEN without the NUL). */
const NAME_LENGTH = 15;

/**
 * Records until its input ends, in buffers of its own, which are given back. $1: the program's name.
 * Numbers are enabled before names, so that each call has its records in that order. What it mounts it
 * unmounts.
 */
const RECORD = `
tracing=/sys/kernel/tracing own=tinyvmi-$$ mounted=
finish() {
	cd /
	rmdir "$tracing/instances/$own"
	[ -z "$mounted" ] || umount "$tracing"
}
refuse() { echo "$1" >&2; exit ${REFUSED}; }
[ -d "$tracing" ] || exit ${NO_EVENTS}
if ! [ -d "$tracing/events" ]; then
	mount -t tracefs tracefs "$tracing" || exit ${REFUSED}
	mounted=1
fi
mkdir "$tracing/instances/$own" || exit ${REFUSED}
trap finish EXIT
cd "$tracing/instances/$own"
[ -d events/syscalls ] || exit ${NO_EVENTS}
echo x86-tsc > trace_clock || refuse 'no clock x86-tsc'
echo 1 > events/raw_syscalls/sys_enter/enable || refuse 'no event sys_enter'
echo 1 > events/syscalls/enable || refuse 'no events of system calls'
echo ${READY}
cat >/dev/null
echo 0 > tracing_on
grep -e '^# entries-in-buffer' -e "^ *$1-" trace
`;

function unable(exitCode: number, words: string): UserError {
  const skipped = (reason: string) => new UserError(reason, { kind: 'skipped' });
  if (exitCode === NO_EVENTS) return skipped('its kernel has no events of system calls');
  const said = words.trim().split('\n').at(-1) ?? '';
  return skipped(`its kernel does not let system calls be recorded: ${said}`);
}

const WRITTEN = /^# entries-in-buffer\/entries-written: (\d+)\/(\d+)\b/m;
const LINE = /^ *.+-(\d+) +\[\d+\] +\S+ +(\d+): (?:sys_enter: NR (\d+) |sys_(\w+)\()/;

/**
 * The calls of a trace as Linux prints it, in the order of time.
 * @throws UserError of kind `skipped` when records were lost
 */
export function parseSystemCalls(text: string): SystemCall[] {
  const [, kept, written] = WRITTEN.exec(text) ?? [];
  if (kept === undefined) throw new UserError('Linux did not say how many records its trace has');
  if (kept !== written) {
    const lost = Number(written) - Number(kept);
    throw new UserError(`Linux lost ${lost} records of system calls`, { kind: 'skipped' });
  }
  const calls: SystemCall[] = [];
  const last = new Map<string, SystemCall>();
  for (const line of text.split('\n')) {
    const [, pid = '', tsc = '', number, name] = LINE.exec(line) ?? [];
    if (number !== undefined) {
      const call = { tsc: BigInt(tsc), name: number };
      calls.push(call);
      last.set(pid, call);
    } else if (name !== undefined) {
      const call = last.get(pid);
      if (call !== undefined) call.name = name;
    }
  }
  return calls;
}

/**
 * Does `work` while Linux records what system calls a program enters, in whichever process.
 * @param program absolute path on the host
 * @throws UserError of kind `skipped`: before the work when the host's kernel cannot or may not, after
 *   it when records were lost
 */
export async function recordSystemCalls<T>(
  host: Pick<CommandHost, 'spawn'>,
  program: string,
  work: () => Promise<T>,
): Promise<{ result: T; calls: SystemCall[] }> {
  const name = basename(program).slice(0, NAME_LENGTH);
  const argv = ['sh', '-c', RECORD, 'sh', name];
  const what = "Linux's trace of system calls";
  const { result, output } = await recordWhile(host, { argv, what, unable }, work);
  return { result, calls: parseSystemCalls(output) };
}
