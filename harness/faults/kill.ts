/** One kill of an introspector in Dom0, and what is looked at after it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../infra/errors.ts';
import type { Guest, Testbed } from '../../infra/testbed.ts';
import { goingOn } from '../e2e/working-guest.ts';
import type { Job } from '../protocol/job.ts';
import type { ProtocolRecord, Region } from '../protocol/records.ts';
import { openProcess } from '../run/introspector.ts';
import type { Kill } from './draw.ts';

/** Name of the introspector's process. */
const PROGRAM = 'tinyvmi-introspector';
/** Errno of Xen's where there is no ring (xen/errno.h). */
const ENOENT = 2;
/** How long an introspector may be silent, in milliseconds; a loaded machine emulates slowly. */
const SILENCE_MS = 300_000;
const UNTOUCHED = `
xenstore-ls -f /local/domain
xl list | tail -n +2 | cut -c 1-46
find /tmp /root /images -type f | sort
pidof ${PROGRAM}
:
`;

/** A host on which introspectors are killed. */
export class Scene {
  readonly #host: Testbed;

  constructor(host: Testbed) {
    this.#host = host;
  }

  /** All that a kill could change on the host, as text. */
  async untouched(): Promise<string> {
    return (await this.#host.run(['sh', '-c', UNTOUCHED])).stdout;
  }

  /** Kills, and makes good what a run's undoing would. @returns what is wrong then */
  async kill(kill: Kill, untouched: string): Promise<string[]> {
    const guest = await this.#host.xen.guest(kill.guest.name);
    try {
      await this.#strike(kill, guest);
      return await this.#problems(kill, guest, untouched);
    } catch (error) {
      return [messageOf(error)];
    }
  }

  async #strike(kill: Kill, guest: Guest): Promise<void> {
    const { moment, signal, afterMs } = kill;
    if (moment === 'clean') {
      await this.#struck(await this.#jobOf(kill, guest), 'KILL', 500);
      const off = await this.#host.spawn(this.#eventsOff(kill, guest));
      await sleep(afterMs);
      await this.#signal(signal);
      await off.exited;
    } else {
      await this.#struck(await this.#jobOf(kill, guest), signal, afterMs);
    }
    if (moment === 'page-walk' || (moment === 'events' && signal !== 'KILL')) return;
    const off = await this.#host.run(this.#eventsOff(kill, guest));
    if (off.exitCode !== 0) throw new Error(`events-off: ${off.stderr.trim()}`);
  }

  /** A job that goes on until it is killed. */
  async #jobOf({ moment, kind }: Kill, { domid, type }: Guest): Promise<Job> {
    if (moment !== 'page-walk') {
      const often = { count: 1_000_000, batch: 64, wait: 'adaptive', notify: 'drain' } as const;
      return { workload: 'guest-events', domid, type, kind, timeout: 600_000, ...often };
    }
    let region: Region | undefined;
    await this.#ask({ workload: 'locate', domid, type, pages: 64 }, (record) => {
      if (record.type === 'P') region = record;
    });
    if (region === undefined) throw new Error('no pages were found');
    const { base, depth } = region;
    const passes = { pages: 64, batch: 64, repeat: 100_000, warmup: 0, depth };
    return { workload: 'page-walk', domid, type, state: 'cold', base, ...passes };
  }

  async #struck(job: Job, signal: string, afterMs: number): Promise<void> {
    const { introspector, process } = await this.#open();
    let early: unknown;
    const asked = introspector
      .ask(job, () => {})
      .catch((error) => {
        early = error;
      });
    await sleep(afterMs);
    const why = early;
    await this.#signal(signal);
    await process.exited;
    await asked;
    if (why !== undefined) throw new Error(`the job ended before the kill: ${messageOf(why)}`);
  }

  async #problems(kill: Kill, guest: Guest, untouched: string): Promise<string[]> {
    const problems: string[] = [];
    const goesOn = await this.#host.run(goingOn(kill.guest.name));
    if (goesOn.exitCode !== 0) problems.push('the guest stands still');
    let errno: number | undefined;
    const { domid, type } = guest;
    await this.#ask({ workload: 'refusal', domid, type, attempt: 'listener' }, (record) => {
      if (record.type === 'R') errno = record.errno;
    });
    if (errno !== ENOENT) problems.push(`a ring is left (errno ${errno})`);
    if ((await this.untouched()) !== untouched) problems.push('the host is not what it was');
    return problems;
  }

  async #ask(job: Job, take: (record: ProtocolRecord) => void): Promise<void> {
    const { introspector, process } = await this.#open();
    try {
      await introspector.ask(job, take);
    } finally {
      await process.kill();
    }
  }

  #open() {
    const signal = new AbortController().signal;
    return openProcess(this.#host, 'The introspector', { silenceMs: SILENCE_MS, signal });
  }

  #eventsOff({ kind }: Kill, { domid, type }: Guest): string[] {
    return [this.#host.introspectorPath, 'events-off', String(domid), type, kind];
  }

  /** One that has ended by itself is no failure: what it left is looked at all the same. */
  async #signal(signal: string): Promise<void> {
    await this.#host.run(['killall', `-${signal}`, PROGRAM]);
  }
}
