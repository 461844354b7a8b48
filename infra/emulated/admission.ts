/**
 * Lets us into a machine whose Dom0 waits for it (infra/dom0/init): hands over by the console, line by
 * line, what that machine has and no other. So images and snapshots hold no secret, and machines of one
 * snapshot differ from their first connection on.
 */
import { randomBytes } from 'node:crypto';
import type { TestbedKeys } from './keys.ts';

/** Bytes of randomness that Dom0's kernel is given: as many as its generator has. */
const SEED_BYTES = 32;

/** Xen keeps 128 bytes of input until Dom0 takes them, and drops what comes besides. */
const LONGEST_LINE = 127;

/** What Dom0 is told, in the order in which its init reads. */
export function admissionLines(
  { hostKey, authorizedKeys }: Pick<TestbedKeys, 'hostKey' | 'authorizedKeys'>,
  now: Date,
): string[] {
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  const lines = [
    String(Math.round(now.getTime() / 1000)),
    base64(randomBytes(SEED_BYTES)),
    base64(hostKey),
    authorizedKeys.trim(),
  ];
  const long = lines.find((line) => line.length > LONGEST_LINE);
  if (long !== undefined) throw new Error(`too long for Xen's console: ${long.length} characters`);
  return lines;
}

/** The conversation with one machine: each line when Dom0 took the one before. */
export class Admission {
  readonly #lines: () => string[];
  readonly #type: (line: string) => void;
  #left: string[] = [];

  /**
   * @param lines what to hand over, made anew each time that the machine waits
   * @param type types a line on its console
   */
  constructor(lines: () => string[], type: (line: string) => void) {
    this.#lines = lines;
    this.#type = type;
  }

  /** The machine waits: for the first time, or because it started again. */
  begin(): void {
    this.#left = this.#lines();
    this.next();
  }

  /** The machine took a line. */
  next(): void {
    const line = this.#left.shift();
    if (line !== undefined) this.#type(line);
  }
}
