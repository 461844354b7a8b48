/**
 * Has a host's Xen record what happens while something is done: Xen's trace buffers, read by xentrace.
 *
 * Buffers are made once in the life of a Xen and cannot be given back (xen/common/trace.c,
 * tb_set_size); what is switched off however the recording ends is the recording.
 */
import { UserError } from '../errors.ts';
import type { Process } from '../testbed.ts';
import type { CommandHost } from '../xl/commands.ts';
import { TRACE_MASK } from './events.ts';
import { parseTrace, type TraceRecord } from './records.ts';

/** Pages of each processor's buffer: 1 MiB, thirty thousand records that xentrace need not hurry to read. */
const BUFFER_PAGES = 256;
/** Longest that xentrace may take to end and to hand over what it read. */
const STOP_MS = 120_000;

const READY = 'recording';
const NO_TOOL = 3;
const BUSY = 4;
const REFUSED = 5;

/**
 * Records until its input ends: so also when the connection is lost. $1: pages of a buffer, $2: mask
 * of events. Says when the recording has begun, which shows in the first records to arrive, and
 * prints all of them, in base 64, at the end.
 */
const RECORD = `
PATH=$PATH:/usr/sbin
for folder in /usr/lib/xen-*/bin; do PATH=$PATH:$folder; done
command -v xentrace >/dev/null || exit ${NO_TOOL}
if pidof xentrace >/dev/null; then exit ${BUSY}; fi
folder=$(mktemp -d)
: > "$folder/records"
xentrace -D -S "$1" -e "$2" "$folder/records" </dev/null >"$folder/words" 2>&1 &
tracer=$!
stop() { kill -TERM "$tracer" 2>/dev/null; wait "$tracer"; }
trap 'stop; rm -rf "$folder"' EXIT
looks=0
until [ -s "$folder/records" ]; do
	looks=$((looks + 1))
	if ! kill -0 "$tracer" 2>/dev/null || [ "$looks" -gt 600 ]; then
		cat "$folder/words" >&2
		exit ${REFUSED}
	fi
	sleep 0.1
done
echo ${READY}
cat >/dev/null
stop
base64 "$folder/records"
`;

/** What was done, and what Xen recorded meanwhile. */
export interface Traced<T> {
  result: T;
  records: TraceRecord[];
}

/** Collects a process's output. */
class Output {
  #text = '';
  readonly #read: Promise<void>;
  readonly #ready: Promise<boolean>;

  constructor(process: Process) {
    let tell: (ready: boolean) => void = () => undefined;
    this.#ready = new Promise((resolve) => {
      tell = resolve;
    });
    this.#read = (async () => {
      for await (const chunk of process.stdout) {
        this.#text += Buffer.from(chunk).toString('latin1');
        if (this.#text.startsWith(`${READY}\n`)) tell(true);
      }
      tell(false);
    })();
  }

  /** Whether the recording began; false when the process ended before. */
  get ready(): Promise<boolean> {
    return this.#ready;
  }

  async records(): Promise<Uint8Array> {
    await this.#read;
    return Buffer.from(this.#text.slice(READY.length + 1), 'base64');
  }
}

function unable(exitCode: number, words: string): UserError {
  const skipped = (reason: string) => new UserError(reason, { kind: 'skipped' });
  if (exitCode === NO_TOOL) return skipped('the host has no xentrace');
  if (exitCode === BUSY) return skipped("somebody else records Xen's trace on the host");
  const said = words.trim().split('\n').at(-1) ?? '';
  return skipped(`Xen does not let its trace be recorded: ${said}`);
}

/**
 * Does `work` while Xen records.
 * @throws UserError of kind `skipped`: before the work when the host cannot record, after it when Xen
 *   lost records
 */
export async function recordTrace<T>(
  host: CommandHost,
  work: () => Promise<T>,
): Promise<Traced<T>> {
  const process = await host.spawn([
    ...['sh', '-c', RECORD, 'sh', String(BUFFER_PAGES)],
    `0x${TRACE_MASK.toString(16)}`,
  ]);
  const output = new Output(process);
  const end = async () => {
    await process.end();
    const late = setTimeout(() => void process.kill(), STOP_MS);
    const { exitCode, stderr } = await process.exited;
    clearTimeout(late);
    return { exitCode, stderr };
  };
  if (!(await output.ready)) {
    const { exitCode, stderr } = await end();
    throw unable(exitCode, stderr);
  }
  let result: T;
  try {
    result = await work();
  } catch (error) {
    await end();
    throw error;
  }
  const { exitCode, stderr } = await end();
  if (exitCode !== 0) {
    throw new UserError(`Xen's trace could not be read (exit code ${exitCode}): ${stderr.trim()}`);
  }
  return { result, records: parseTrace(await output.records()) };
}
