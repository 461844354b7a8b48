/** One guest of a shape: made, introspected as on a plain ssh host, looked at, and destroyed. */
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { cacheRoot } from '../../infra/cache/root.ts';
import type { EmulatedTestbed } from '../../infra/emulated/testbed.ts';
import { EXIT_CODES, messageOf } from '../../infra/errors.ts';
import { listDomains } from '../../infra/xl/list.ts';
import type { Summary } from '../../results/types.ts';
import { main } from '../cli/main.ts';
import { FakeSignals, MemorySink, memorySurroundings } from '../cli/testing.ts';
import { makingPae, PAE } from '../e2e/pae-guest.ts';
import { stateOf } from '../e2e/plain-host.ts';
import { onlyResultIn, summaryIn } from '../e2e/results.ts';
import { goingOn, makingGuest } from '../e2e/working-guest.ts';
import type { Expected, Shape } from './shapes.ts';

/** Longest time for what an owner does, in milliseconds; a loaded machine emulates slowly. */
const OWNER_MS = 600_000;
/** Jobs that last until an owner has done what he does in mid-run. */
const LONG = ['--blocks', '60'];
const WALK = ['--bench', 'page-walk', '--protocol', 'v1', '--state', 'cold', '--pages', '50'];
const EVENTS = ['--bench', 'events', '--allow-events', '--state', 'cpuid', '--events', '20'];
const SHORT = ['--blocks', '1'];

/** What a run says when it has found its guest and measures it. */
const MEASURING = 'Measuring';

/** How the command line ended, and what it wrote. */
interface Ended {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Keeps its text, and tells once when that has a word. */
class WatchedSink extends MemorySink {
  readonly #word: string;
  #tell: (() => void) | undefined;

  constructor(word: string, tell: () => void) {
    super();
    this.#word = word;
    this.#tell = tell;
  }

  override write(text: string): void {
    super.write(text);
    if (!this.text.includes(this.#word)) return;
    this.#tell?.();
    this.#tell = undefined;
  }
}

/** What came of a run. */
export interface Came {
  exitCode: number;
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
  /** Ends a run that is under way. */
  signal: AbortSignal;
}

/** Median of a phase by arm, in thousands separated. */
function medians({ measures }: Summary, phase: string): string {
  const of = measures.filter((measure) => measure.phase === phase);
  return of.map(({ arm, p50 }) => `${arm} ${Math.round(p50).toLocaleString('en')}`).join(', ');
}

/** The reason that a run gives for its end with `--json`, on one line. @throws Error when it gives none */
export function reasonIn({ exitCode, stdout, stderr }: Ended): string {
  const { message, summary } = (stdout === '' ? {} : JSON.parse(stdout)) as {
    message?: string;
    summary?: Pick<Summary, 'reason'>;
  };
  const said = message ?? summary?.reason;
  if (said) return said.replace(/\s+/g, ' ');
  throw new Error(`a run ended with ${exitCode} and gave no reason: ${stderr}`);
}

/** What is wrong with how a run ended. */
export function wrongIn(name: string, { exitCode, told }: Came, expected: Expected): string[] {
  if (expected === 'measured') {
    return exitCode === EXIT_CODES.success ? [] : [`${name} ended with ${exitCode}: ${told}`];
  }
  const isIt = expected.some((one) => exitCode === one.exitCode && told.includes(one.saying));
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
    // What is undone after a run is done anew for the next one.
    const each = before !== '' && after !== '';
    await this.#make();
    await this.#owner(before);
    const untouched = await stateOf(this.#place.host);
    const asked = [...WALK, ...walkOptions, ...(meanwhile === undefined ? SHORT : LONG)];
    tried.walk = await this.#run([...asked, ...options], 'total', meanwhile);
    this.#problems.push(...wrongIn('page-walk', tried.walk, walk));
    await this.#owner(after);
    if (stays === undefined) await this.#goOn();
    if (events !== undefined) {
      if (each) await this.#owner(before);
      tried.events = await this.#run([...EVENTS, ...SHORT, ...options], 'handler');
      this.#problems.push(...wrongIn('events', tried.events, events));
      if (each) await this.#owner(after);
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
    if (guests === 'pae') await this.#owner(makingPae());
    else for (const guest of guests) await this.#owner(makingGuest(guest));
  }

  get #name(): string {
    const { guests } = this.#shape;
    return guests === 'pae' ? PAE : guests[0].name;
  }

  async #owner(script: string): Promise<void> {
    if (script === '') return;
    const { exitCode, stderr } = await this.#place.host.run(['sh', '-c', `set -e\n${script}`], {
      timeoutMs: OWNER_MS,
      signal: this.#place.signal,
    });
    if (exitCode !== 0) throw new Error(`the owner's part failed: ${stderr.trim()}`);
  }

  async #goOn(): Promise<void> {
    const { guests } = this.#shape;
    if (guests === 'pae') return;
    for (const { name } of guests) {
      const goesOn = await this.#place.host.run(goingOn(name), { timeoutMs: OWNER_MS });
      if (goesOn.exitCode !== 0) this.#problems.push(`${name} stands still`);
    }
  }

  async #run(what: readonly string[], phase: string, meanwhile?: string): Promise<Came> {
    const { hosts, folder } = this.#place;
    const runs = await mkdtemp(join(folder, 'runs-'));
    const at = ['--testbed', 'dom0', '--testbeds', hosts, '--out', runs, '--no-report', '--json'];
    try {
      const ended = await this.#tinyvmiBench(
        ['run', ...at, '--target', this.#name, ...what],
        meanwhile,
      );
      const { exitCode } = ended;
      if (exitCode !== EXIT_CODES.success) return { exitCode, told: reasonIn(ended) };
      return { exitCode, told: medians(await summaryIn(await onlyResultIn(runs)), phase) };
    } finally {
      await rm(runs, { recursive: true, force: true });
    }
  }

  /** The command line in this process: to start another one takes as long as a short run. */
  async #tinyvmiBench(argv: readonly string[], meanwhile: string | undefined): Promise<Ended> {
    const signals = new FakeSignals();
    const stop = () => void signals.send('SIGINT');
    const { signal } = this.#place;
    signal.addEventListener('abort', stop);
    const around = memorySurroundings({ env: { ...process.env, TINYVMI_CACHE: cacheRoot() } });
    let acting: Promise<void> | undefined;
    let acted = false;
    const stderr = new WatchedSink(MEASURING, () => {
      if (meanwhile === undefined) return;
      acting = this.#owner(meanwhile).then(() => {
        acted = true;
      });
      acting.catch(() => undefined);
    });
    try {
      const exitCode = await main(argv, { ...around, stderr }, signals);
      if (meanwhile !== undefined) this.#demandActed(acted, acting !== undefined);
      await acting;
      return { exitCode, stdout: around.stdout.text, stderr: stderr.text };
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  /** A run that is refused for what its owner does ends while he does it; any other goes on until after. */
  #demandActed(isDone: boolean, isBegun: boolean): void {
    const isEarly = this.#shape.walk === 'measured' ? !isDone : !isBegun;
    if (isEarly) this.#problems.push('the run ended before its owner did anything in mid-run');
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
