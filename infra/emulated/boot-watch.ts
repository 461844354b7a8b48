/**
 * Reads the machine's serial console: how far the boot has come, and whether something died. Lines
 * that start with "DOM0 " come from infra/dom0/init, those with "(XEN)" from Xen, others from Dom0's
 * kernel.
 */

/** What a line of the console means. */
export type BootEvent =
  | { kind: 'stage'; text: string }
  /** Dom0 waits for what is handed over (admission.ts), or took a line of it. */
  | { kind: 'waits' }
  | { kind: 'took' }
  | { kind: 'ready' }
  | { kind: 'fatal'; text: string };

const STAGES: readonly [RegExp, string][] = [
  [/Xen version \d/, 'Xen starts'],
  [/Dom0 has maximum/, 'Xen loads Dom0'],
  [/^DOM0 init/, "Dom0's kernel is up"],
  [/^DOM0 toolstack/, "Xen's toolstack is up"],
];

const FATAL: readonly [RegExp, (match: RegExpExecArray) => string][] = [
  [/^\(XEN\) Panic on CPU/, () => 'Xen panicked'],
  [/Kernel panic - not syncing: (.*)/, (match) => `Dom0's kernel panicked: ${match[1]}`],
  [/^\(XEN\) Hardware Dom0 (crashed|halted|shutdown)/, (match) => `Dom0 ${match[1]}`],
  [/^\(XEN\) .*Domain 0 \(.*\) crashed/, () => 'Dom0 crashed'],
  [/^DOM0 failed: (.*)/, (match) => `Dom0's init failed at ${match[1]}`],
];

const KEPT_LINES = 40;
const LONGEST_LINE = 4096;

/** Turns the console's bytes into events. */
export class BootWatch {
  readonly #onEvent: (event: BootEvent) => void;
  readonly #decoder = new TextDecoder();
  readonly #lines: string[] = [];
  #partial = '';

  constructor(onEvent: (event: BootEvent) => void) {
    this.#onEvent = onEvent;
  }

  /** The newest lines, for error messages. */
  lastLines(count: number = KEPT_LINES): string[] {
    return [...this.#lines, this.#partial].filter((line) => line !== '').slice(-count);
  }

  /** Takes the next bytes of the console, cut anywhere. */
  push(bytes: Uint8Array): void {
    this.#partial += this.#decoder.decode(bytes, { stream: true });
    const lines = this.#partial.split('\n');
    this.#partial = (lines.pop() ?? '').slice(-LONGEST_LINE);
    for (const line of lines) this.#read(line.replaceAll('\r', ''));
  }

  #read(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length > KEPT_LINES) this.#lines.shift();
    const event = eventOf(line);
    if (event !== undefined) this.#onEvent(event);
  }
}

function eventOf(line: string): BootEvent | undefined {
  for (const [pattern, describe] of FATAL) {
    const match = pattern.exec(line);
    if (match !== null) return { kind: 'fatal', text: describe(match) };
  }
  if (/^DOM0 waits/.test(line)) return { kind: 'waits' };
  if (/^DOM0 took/.test(line)) return { kind: 'took' };
  if (/^DOM0 ready/.test(line)) return { kind: 'ready' };
  const stage = STAGES.find(([pattern]) => pattern.test(line));
  return stage === undefined ? undefined : { kind: 'stage', text: stage[1] };
}
