/**
 * Has a program on a host record while something is done.
 */
import { UserError } from '../errors.ts';
import type { Process } from '../testbed.ts';
import type { CommandHost } from '../xl/commands.ts';

/** What a recorder prints on a line of its own once it records. */
export const READY = 'recording';

/** Longest that a recorder may take to end and to hand over what it recorded. */
const STOP_MS = 120_000;

/** A program that prints `READY` when it records, goes on until its input ends, and then prints what it recorded. */
export interface RecordingProgram {
  argv: readonly string[];
  /** What it records: begins the error's text. */
  what: string;
  /** Why it ended before it recorded. */
  unable(exitCode: number, words: string): UserError;
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

  /** What was recorded. */
  async recorded(): Promise<string> {
    await this.#read;
    return this.#text.slice(READY.length + 1);
  }
}

/**
 * Does `work` while the recorder records. However the work ends, so does the recorder.
 * @returns what the work gave, and what the recorder printed at its end
 * @throws UserError: the recorder's own when it did not begin, before the work
 */
export async function recordWhile<T>(
  host: Pick<CommandHost, 'spawn'>,
  { argv, what, unable }: RecordingProgram,
  work: () => Promise<T>,
): Promise<{ result: T; output: string }> {
  const process = await host.spawn(argv);
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
    throw new UserError(`${what} could not be read (exit code ${exitCode}): ${stderr.trim()}`);
  }
  return { result, output: await output.recorded() };
}
