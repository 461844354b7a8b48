/**
 * Introspectors as the runner sees them: something that is asked a job and answers with records.
 */
import type { Arm } from '../../bench/words.ts';
import { UserError } from '../../infra/errors.ts';
import type { Domain, Process, Testbed } from '../../infra/testbed.ts';
import { ProtocolError } from '../protocol/errors.ts';
import { encodeJob, type Job } from '../protocol/job.ts';
import type { ProtocolRecord } from '../protocol/records.ts';
import { RecordStream } from '../protocol/stream.ts';
import { quoteTail } from './lines.ts';
import { SilenceTimer, unlessAborted, withDeadline } from './wait.ts';

/** How the process or domain behind an introspector is doing, for error messages. */
interface Life {
  /** Undefined while it lives, otherwise how it ended. */
  died(): Promise<string | undefined>;
  /** Who else may know why it ended. */
  witness?(): Promise<string>;
}

/** One introspector, ready for jobs. */
export class Introspector {
  readonly label: string;
  readonly #send: (line: string) => Promise<void>;
  readonly #stream: RecordStream;
  readonly #life: Life;
  readonly #silenceMs: number;
  readonly #signal: AbortSignal;
  #seq = 0;

  constructor(parts: {
    label: string;
    send: (line: string) => Promise<void>;
    output: AsyncIterable<Uint8Array>;
    life: Life;
    silenceMs: number;
    signal: AbortSignal;
  }) {
    this.label = parts.label;
    this.#send = parts.send;
    this.#stream = new RecordStream(parts.output);
    this.#life = parts.life;
    this.#silenceMs = parts.silenceMs;
    this.#signal = parts.signal;
  }

  /**
   * Runs a job and hands its records to `take`, the end record excepted.
   * @throws UserError: `crash` when the introspector died, `error` when it hung, when its
   *   answer is no whole and sound one, or when it says that it could not do the job
   */
  async ask(job: Job, take: (record: ProtocolRecord) => Promise<void> | void): Promise<void> {
    const seq = ++this.#seq;
    const silence = new AbortController();
    const timer = new SilenceTimer(this.#silenceMs, () => silence.abort());
    const signal = AbortSignal.any([this.#signal, silence.signal]);
    let sent = false;
    try {
      await unlessAborted(this.#send(encodeJob(seq, job)), signal);
      sent = true;
      const records = this.#stream.job(seq, () => timer.alive());
      for (;;) {
        const next = await unlessAborted(records.next(), signal);
        if (next.done) return;
        const record = next.value;
        if (record.type === 'E' && record.status === 'error') {
          throw new ProtocolError(
            'refused',
            `${this.label} could not do the job (${encodeJob(seq, job)}): ${record.message}`,
          );
        }
        if (record.type !== 'E') await take(record);
      }
    } catch (error) {
      if (this.#signal.aborted) throw this.#signal.reason;
      // One that takes no job, or is not heard to the end of it, may be dead.
      const cut = error instanceof ProtocolError && error.problem === 'cut';
      const silent = silence.signal.aborted;
      if (sent && !cut && !silent && error instanceof UserError) throw error;
      throw await this.#explain(error, silent, job);
    } finally {
      timer.stop();
    }
  }

  async #explain(error: unknown, silent: boolean, job: Job): Promise<unknown> {
    const end = await withDeadline(this.#life.died(), 10_000).catch(
      (cause) => `unknown state: ${cause instanceof Error ? cause.message : cause}`,
    );
    const witness = end === undefined ? '' : await this.#life.witness?.().catch(() => '');
    const noise = `${quoteTail(this.#stream.noise)}${witness ?? ''}`;
    const during = `during the job ${job.workload}${'state' in job ? ` (${job.state})` : ''}`;
    if (end !== undefined) {
      return new UserError(`${this.label} died ${during}: ${end}.${noise}`, {
        kind: 'crash',
        cause: error,
        advice: 'Its last lines say where. Run again to see whether it recurs.',
      });
    }
    if (silent) {
      return new UserError(
        `${this.label} gave no sign of life for ${this.#silenceMs / 1000} s ${during}; it still runs.${noise}`,
        { cause: error, advice: 'On a slow machine raise --timeout.' },
      );
    }
    return error;
  }
}

/** The surroundings that every introspector shares. */
export interface IntrospectorOptions {
  silenceMs: number;
  signal: AbortSignal;
}

/** What an ssh client ends with when the command was ended by a signal, of which it tells no more. */
const BY_SIGNAL = 255;

/** How long Dom0's kernel may take to be asked, in milliseconds. */
const WITNESS_MS = 5_000;

/** The last words of Dom0's kernel, which names processes that it ends. */
async function kernelWords(testbed: Testbed): Promise<string> {
  const { stdout } = await testbed.run(['dmesg']);
  const lines = stdout.split('\n').filter((line) => line !== '');
  return quoteTail(lines, { count: 5, whose: "Dom0's kernel's" });
}

/** An arm in Dom0: a process on the host, jobs on its standard input. */
export async function openProcess(
  testbed: Testbed,
  label: string,
  options: IntrospectorOptions,
  program = testbed.introspectorPath,
): Promise<{ introspector: Introspector; process: Process }> {
  const process = await testbed.spawn([program]);
  process.exited.catch(() => {});
  const life: Life = {
    died: async () => {
      const result = await Promise.race([
        process.exited,
        new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), 500).unref()),
      ]);
      if (result === undefined) return undefined;
      const lastLine = result.stderr.trim().split('\n').at(-1) ?? '';
      const said = lastLine === '' ? '' : `, "${lastLine}"`;
      if (result.exitCode !== BY_SIGNAL) return `exit code ${result.exitCode}${said}`;
      return `by a signal, or its ssh channel was cut${said}`;
    },
    witness: () => withDeadline(kernelWords(testbed), WITNESS_MS),
  };
  const introspector = new Introspector({
    label,
    send: (line) => process.write(`${line}\n`),
    output: process.stdout,
    life,
    ...options,
  });
  return { introspector, process };
}

/**
 * An introspector in a domain: jobs through its own xenstore folder, records on its console.
 * @param sent called when a job is there for the domain to read, which may be paused still
 */
export function openDomain(
  domain: Domain,
  label: string,
  options: IntrospectorOptions,
  sent?: () => Promise<void>,
): Introspector {
  return new Introspector({
    label,
    async send(line) {
      await domain.writeStore('tinyvmi/job', line);
      await sent?.();
    },
    output: domain.console(options.signal),
    life: {
      died: async () =>
        (await domain.alive()) ? undefined : `domain state ${await domain.state()}`,
    },
    ...options,
  });
}

/** How people call the introspector of an arm. */
export const INTROSPECTOR_LABELS: Readonly<Record<Arm, string>> = {
  dom0: 'The Dom0 introspector',
  minios: 'The Mini-OS introspector',
  'linux-domu': 'The introspector in a Linux domain',
  'dom0-libvmi': 'The Dom0 introspector with upstream LibVMI',
  'minios-own': 'The introspector in your Mini-OS image',
  'dom0-again': 'The second Dom0 introspector',
  'minios-again': 'The second Mini-OS introspector',
};
