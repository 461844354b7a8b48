/** One guest of a shape: made, introspected as on a plain ssh host, looked at, and destroyed. */
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { EmulatedTestbed } from '../../infra/emulated/testbed.ts';
import { EXIT_CODES, messageOf } from '../../infra/errors.ts';
import { listDomains } from '../../infra/xl/list.ts';
import type { Summary } from '../../results/types.ts';
import { type Ended, tinyvmiBench } from '../e2e/command-line.ts';
import { makingPae, PAE } from '../e2e/pae-guest.ts';
import { stateOf } from '../e2e/plain-host.ts';
import { onlyResultIn, summaryIn } from '../e2e/results.ts';
import { goingOn, makingGuest } from '../e2e/working-guest.ts';
import type { Expected, Shape } from './shapes.ts';

/** Longest time for what an owner does, in milliseconds; a loaded machine emulates slowly. */
const OWNER_MS = 600_000;
/** Jobs that last until an owner has done what he does in mid-run. */
const LONG = ['--blocks', '60'];
const WALK = ['--bench', 'page-walk', '--state', 'cold', '--pages', '50'];
const EVENTS = ['--bench', 'events', '--allow-events', '--state', 'cpuid', '--events', '20'];
const SHORT = ['--blocks', '1'];

/** What came of a run. */
export interface Came {
  exitCode: number | undefined;
  /** Medians by arm, in instructions, or the reason of a refusal. */
  told: string;
}

/** What came of a shape. */
export interface Tried {
  shape: Shape;
  walk?: Came;
  events?: Came;
  /** What is not as it has to be; empty: all is. */
  problems: string[];
}

/** Where shapes are tried. */
export interface Place {
  host: EmulatedTestbed;
  /** Path of a testbeds.yaml that has the host under the name `dom0`. */
  hosts: string;
  /** A folder for results. */
  folder: string;
}

/** Median of a phase by arm, in thousands separated. */
function medians({ measures }: Summary, phase: string): string {
  const of = measures.filter((measure) => measure.phase === phase);
  return of.map(({ arm, p50 }) => `${arm} ${Math.round(p50).toLocaleString('en')}`).join(', ');
}

/** The reason that a run gives for its end with `--json`, on one line. @throws Error when it gives none */
export function reasonIn({ exitCode, stdout, stderr }: Ended): string {
  const { message, reason } = (stdout === '' ? {} : JSON.parse(stdout)) as Partial<
    Record<'message' | 'reason', string | null>
  >;
  const said = message ?? reason;
  if (said) return said.replace(/\s+/g, ' ');
  throw new Error(`a run ended with ${exitCode} and gave no reason: ${stderr}`);
}

/** What is wrong with how a run ended. */
export function wrongIn(name: string, { exitCode, told }: Came, expected: Expected): string[] {
  if (expected === 'measured') {
    return exitCode === EXIT_CODES.success ? [] : [`${name} ended with ${exitCode}: ${told}`];
  }
  const isIt = exitCode === expected.exitCode && told.includes(expected.saying);
  return isIt ? [] : [`${name} is not refused so, but ended with ${exitCode}: ${told}`];
}

/** Makes guests of a shape and has them introspected. */
export class Trial {
  readonly #place: Place;
  readonly #shape: Shape;
  readonly #problems: string[] = [];

  constructor(place: Place, shape: Shape) {
    this.#place = place;
    this.#shape = shape;
  }

  /** Never throws for what comes of the guest: that is among the problems. */
  async try(): Promise<Tried> {
    const { host } = this.#place;
    const clean = await stateOf(host);
    const tried: Tried = { shape: this.#shape, problems: this.#problems };
    try {
      await this.#introspect(tried);
    } catch (error) {
      this.#problems.push(messageOf(error));
    } finally {
      await this.#remove(clean.domains.map(({ uuid }) => uuid));
    }
    return tried;
  }

  async #introspect(tried: Tried): Promise<void> {
    const { before = '', meanwhile, after = '', walk, events, stays } = this.#shape;
    const { options = [], walkOptions = [] } = this.#shape;
    await this.#make();
    await this.#owner(before);
    const untouched = await stateOf(this.#place.host);
    const asked = [...WALK, ...walkOptions, ...(meanwhile === undefined ? SHORT : LONG)];
    tried.walk = await this.#run([...asked, ...options], 'total', meanwhile);
    this.#problems.push(...wrongIn('page-walk', tried.walk, walk));
    await this.#owner(after);
    if (stays === undefined) await this.#goOn();
    if (events !== undefined) {
      if (after !== '') await this.#owner(before);
      tried.events = await this.#run([...EVENTS, ...SHORT, ...options], 'handler');
      this.#problems.push(...wrongIn('events', tried.events, events));
      if (after !== '') await this.#owner(after);
      if (stays === undefined) await this.#goOn();
    }
    const now = await stateOf(this.#place.host);
    if (stays !== undefined && now.domains.at(-1)?.state !== stays) {
      this.#problems.push(`it is ${now.domains.at(-1)?.state} now, and not ${stays}`);
    }
    if (meanwhile === undefined && after === '' && !isDeepStrictEqual(now, untouched)) {
      this.#problems.push('the host is not what it was');
    }
  }

  async #make(): Promise<void> {
    const { guests } = this.#shape;
    if ('pae' in guests) await this.#owner(makingPae(guests.pae));
    else for (const guest of guests) await this.#owner(makingGuest(guest));
  }

  get #name(): string {
    const { guests } = this.#shape;
    return 'pae' in guests ? PAE : guests[0].name;
  }

  async #owner(script: string): Promise<void> {
    if (script === '') return;
    const { exitCode, stderr } = await this.#place.host.run(['sh', '-c', `set -e\n${script}`], {
      timeoutMs: OWNER_MS,
    });
    if (exitCode !== 0) throw new Error(`the owner's part failed: ${stderr.trim()}`);
  }

  async #goOn(): Promise<void> {
    const { guests } = this.#shape;
    if ('pae' in guests) return;
    for (const { name } of guests) {
      const goesOn = await this.#place.host.run(goingOn(name), { timeoutMs: OWNER_MS });
      if (goesOn.exitCode !== 0) this.#problems.push(`${name} stands still`);
    }
  }

  async #run(what: readonly string[], phase: string, meanwhile?: string): Promise<Came> {
    const { hosts, folder } = this.#place;
    const runs = await mkdtemp(join(folder, 'runs-'));
    const at = ['--testbed', 'dom0', '--testbeds', hosts, '--out', runs, '--no-report', '--json'];
    let acted = meanwhile === undefined;
    try {
      const ended = await tinyvmiBench(
        ['run', ...at, '--target', this.#name, ...what],
        meanwhile === undefined
          ? undefined
          : {
              when: 'Measuring',
              act: async () => {
                await this.#owner(meanwhile).catch((e) => this.#problems.push(messageOf(e)));
                acted = true;
              },
            },
      );
      if (!acted) this.#problems.push('the run ended before its owner was done');
      if (ended.exitCode !== EXIT_CODES.success) {
        return { exitCode: ended.exitCode, told: reasonIn(ended) };
      }
      return { exitCode: 0, told: medians(await summaryIn(await onlyResultIn(runs)), phase) };
    } finally {
      await rm(runs, { recursive: true, force: true });
    }
  }

  /** Destroys what there was not before. */
  async #remove(kept: readonly string[]): Promise<void> {
    const { host } = this.#place;
    for (const { uuid, domid } of await listDomains(host)) {
      if (!kept.includes(uuid)) await host.run(['xl', 'destroy', `${domid}`]);
    }
    await host.run(['sh', '-c', 'rm -f /root/*.cfg /root/saved']);
  }
}
