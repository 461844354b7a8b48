/**
 * Runs a program of the host on input that is all there from the start.
 */
import { UserError } from '../errors.ts';
import type { CommandResult } from '../testbed.ts';
import type { CommandHost } from '../xl/commands.ts';

/** The input is in a file before the program starts: nobody is waited for while it runs. */
const WITH_INPUT = `
input=$(mktemp)
trap 'rm -f "$input"' EXIT
cat > "$input"
"$@" < "$input"
`;

/**
 * $1 is a limit of address space in KiB or "unlimited", $2 the lines of output that end the work.
 * While the program still waits for more input, its memory is read. It comes last on standard error.
 */
const WITH_LIMIT = `
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
limit=$1 lines=$2
shift 2
mkfifo "$folder/input"
(ulimit -v "$limit" && exec "$@") < "$folder/input" > "$folder/output" &
pid=$!
exec 3> "$folder/input"
cat >&3
until [ "$(grep -c "$END" "$folder/output")" -ge "$lines" ]; do
	grep -q '^VmHWM' "/proc/$pid/status" || break
	sleep 0.05
done
grep -E '^(VmPeak|VmHWM):' "/proc/$pid/status" >&2
grep '^Pss:' "/proc/$pid/smaps_rollup" >&2
exec 3>&-
code=0
wait "$pid" || code=$?
cat "$folder/output"
exit "$code"
`;

/** Memory of a process in bytes, as Linux has it in /proc (proc(5)). */
export interface ProcessMemory {
  /** Largest address space: VmPeak. */
  addressSpace: number;
  /** Largest resident set: VmHWM. */
  resident: number;
  /** Its own pages, and its share of those that others map too: Pss. */
  proportional: number;
}

const KIB = 1024;

/** @throws UserError when the value is not there */
function kibibytesIn(text: string, name: string): number {
  const digits = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1];
  if (digits === undefined) throw new UserError(`Linux did not tell ${name} of the process`);
  return Number(digits) * KIB;
}

/** Runs a program to the end of its input. */
export function runOnInput(
  host: CommandHost,
  program: readonly string[],
  options: { input: string; timeoutMs: number },
): Promise<CommandResult> {
  return host.run(['sh', '-c', WITH_INPUT, 'sh', ...program], options);
}

/** How a program is to be run and watched. */
export interface WatchOptions {
  input: string;
  timeoutMs: number;
  /** A basic regular expression (grep(1)): the work is done when so many lines of output match. */
  end: string;
  lines: number;
  /** Limit of its address space in bytes. */
  addressSpace?: number;
}

/** Runs a program within a limit, and reads its memory once its work is done; undefined if it died. */
export async function runWatched(
  host: CommandHost,
  program: readonly string[],
  { input, timeoutMs, end, lines, addressSpace }: WatchOptions,
): Promise<{ result: CommandResult; memory: ProcessMemory | undefined }> {
  const limit = addressSpace === undefined ? 'unlimited' : String(Math.floor(addressSpace / KIB));
  const result = await host.run(
    ['env', `END=${end}`, 'sh', '-c', WITH_LIMIT, 'sh', limit, String(lines), ...program],
    { input, timeoutMs },
  );
  if (result.exitCode !== 0) return { result, memory: undefined };
  const memory = {
    addressSpace: kibibytesIn(result.stderr, 'VmPeak'),
    resident: kibibytesIn(result.stderr, 'VmHWM'),
    proportional: kibibytesIn(result.stderr, 'Pss'),
  };
  return { result, memory };
}
