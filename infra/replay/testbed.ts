/**
 * A testbed that plays recorded consoles: for tests of everything above it, on machines without Xen.
 *
 * A recording is a folder:
 *
 *     capabilities.json          what `capabilities()` gave
 *     denials.txt, xen.log       Xen's denials and console (absent: empty)
 *     domains/<name>.log         the console of each domain, as it was printed
 *     introspector.log           the standard output of the Dom0 introspector
 *
 * Consoles are played whole, whatever is asked of the domains: what was not recorded cannot happen.
 */
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { deferred } from '../process/deferred.ts';
import type {
  Capabilities,
  CommandResult,
  Domain,
  DomainSpec,
  GuestType,
  Process,
  Testbed,
  Xen,
} from '../testbed.ts';

const INTROSPECTOR = '/introspector';
const FIRST_DOMID = 1;

/** Plays one recording. */
export class ReplayTestbed implements Testbed {
  readonly kind = 'replay';
  readonly introspectorPath = INTROSPECTOR;
  readonly lost = new Promise<string>(() => undefined);
  readonly xen: Xen;
  readonly #folder: string;

  /** @param folder the recording. */
  constructor(folder: string) {
    this.#folder = folder;
    this.xen = new ReplayXen(folder);
  }

  async start(): Promise<void> {
    await this.capabilities();
  }

  async capabilities(): Promise<Capabilities> {
    const path = join(this.#folder, 'capabilities.json');
    try {
      const recorded = JSON.parse(await readFile(path, 'utf8')) as Capabilities;
      return { ...recorded, kind: 'replay' };
    } catch (cause) {
      throw new UserError(`${this.#folder} is not a recording: ${path} cannot be read`, { cause });
    }
  }

  async run(argv: readonly string[]): Promise<CommandResult> {
    throw notRecorded(argv);
  }

  async spawn(argv: readonly string[]): Promise<Process> {
    if (argv[0] !== INTROSPECTOR) throw notRecorded(argv);
    return new ReplayProcess(join(this.#folder, 'introspector.log'));
  }

  async put(): Promise<void> {
    throw notRecorded(['put']);
  }

  async get(): Promise<void> {
    throw notRecorded(['get']);
  }

  async stop(): Promise<void> {}
}

class ReplayXen implements Xen {
  readonly #folder: string;
  readonly #domains: ReplayDomain[] = [];

  constructor(folder: string) {
    this.#folder = folder;
  }

  async createDomain(spec: DomainSpec): Promise<Domain> {
    const log = join(this.#folder, 'domains', `${spec.name}.log`);
    await stat(log).catch((cause: unknown) => {
      throw new UserError(`the recording has no domain ${spec.name}: ${log} is missing`, { cause });
    });
    const domain = new ReplayDomain(spec, FIRST_DOMID + this.#domains.length, log);
    this.#domains.push(domain);
    return domain;
  }

  async setTarget(): Promise<void> {
    throw notRecorded(['set-target']);
  }

  async guest(nameOrId: string): Promise<never> {
    throw notRecorded(['read', nameOrId]);
  }

  async domains(): Promise<{ name: string; domid: number; state: string }[]> {
    const all = this.#domains.map(async (domain) => ({
      name: domain.name,
      domid: domain.domid,
      state: await domain.state(),
    }));
    return (await Promise.all(all)).filter(({ state }) => state !== 'gone');
  }

  async denials(): Promise<string[]> {
    const text = await readFile(join(this.#folder, 'denials.txt'), 'utf8').catch(() => '');
    return text.split('\n').filter((line) => line !== '');
  }

  async trace(): Promise<never> {
    throw new UserError('a recording has no Xen to trace', { kind: 'skipped' });
  }

  async console(): Promise<string> {
    return readFile(join(this.#folder, 'xen.log'), 'utf8').catch(() => '');
  }
}

class ReplayDomain implements Domain {
  readonly name: string;
  readonly domid: number;
  readonly spec: DomainSpec;
  readonly type: GuestType;
  /** A recording has no toolstack to configure. */
  readonly config = '';
  readonly #log: string;
  readonly #gone = deferred<void>();
  #state = 'running';

  constructor(spec: DomainSpec, domid: number, log: string) {
    this.spec = spec;
    this.type = spec.role === 'target' ? spec.type : 'pv';
    this.name = spec.name;
    this.domid = domid;
    this.#log = log;
  }

  async beforeListening(): Promise<void> {}

  async afterListening(): Promise<void> {}

  async pause(): Promise<void> {
    this.#state = 'paused';
  }

  async unpause(): Promise<void> {
    this.#state = 'running';
  }

  async alive(): Promise<boolean> {
    return this.#state !== 'gone';
  }

  async state(): Promise<string> {
    return this.#state;
  }

  async *console(signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    if (signal?.aborted) return;
    for await (const bytes of createReadStream(this.#log)) {
      if (signal?.aborted) return;
      yield bytes as Uint8Array;
    }
    const aborted = new Promise<void>((resolve) =>
      signal?.addEventListener('abort', () => resolve(), { once: true }),
    );
    await Promise.race([this.#gone.promise, aborted]);
  }

  async writeStore(): Promise<void> {}

  async destroy(): Promise<void> {
    this.#state = 'gone';
    this.#gone.resolve();
  }
}

/** The recorded introspector: it prints everything, and ends when its input does. */
class ReplayProcess implements Process {
  readonly stdout: AsyncIterable<Uint8Array>;
  readonly #ended = deferred<CommandResult>();

  constructor(log: string) {
    const ended = this.#ended.promise;
    this.stdout = (async function* () {
      for await (const bytes of createReadStream(log)) yield bytes as Uint8Array;
      await ended;
    })();
  }

  get exited(): Promise<CommandResult> {
    return this.#ended.promise;
  }

  async write(): Promise<void> {}

  async end(): Promise<void> {
    this.#ended.resolve({ exitCode: 0, stdout: '', stderr: '' });
  }

  async kill(): Promise<void> {
    this.#ended.resolve({ exitCode: 137, stdout: '', stderr: '' });
  }
}

function notRecorded(argv: readonly string[]): UserError {
  return new UserError(`a recording cannot run ${argv.join(' ')}`, {
    advice: 'use the emulated testbed for this',
  });
}
