/**
 * A testbed without Xen, for tests of the runner: answers like a real one, keeps account of what
 * was created and removed, and breaks where a test tells it to.
 */

import { UserError } from '../../../infra/errors.ts';
import {
  type Capabilities,
  type CommandResult,
  type Domain,
  type DomainSpec,
  type Executed,
  type ExecutionLog,
  type GuestType,
  type GuestWatch,
  type HostLoad,
  type Process,
  type Start,
  type StrangersGuest,
  SUSPENDED,
  type Testbed,
  type TestbedKind,
  type Xen,
} from '../../../infra/testbed.ts';
import { READY } from '../../../infra/trace/recording.ts';
import type { TraceRecord } from '../../../infra/trace/records.ts';
import { encodeJobRecords, helloRecord, type PlainRecord } from '../../protocol/testing/encode.ts';
import { answer, fakeDigest, parseJob } from './fake-introspector.ts';
import { linuxTrace } from './fake-trace.ts';
import { ByteQueue } from './queue.ts';

/** What a test changes. Every stage is announced before it happens. */
export interface FakeBehaviour {
  /** How it came to be up; undefined: it was. */
  start?: Start;
  /**
   * Called at each stage: `start`, `create:<role>`, `ready`, `pause`, `spawn`, `spawn:libvmi`, `job:<n>`,
   * `events:<n>`, `events-off`, `guest`, `look:<guest>`, `listening:<guest> <kind>`, `unlistened:<guest>`, `refusal:<n>`, `console`, `trace`, `destroy:<role>`, `stop`. A rejection is a fault of that stage.
   */
  at?: (stage: string, testbed: FakeTestbed) => void | Promise<void>;
  /** The frames that answer a job; undefined to stay silent. */
  reply?: (
    from: 'linux' | 'minios',
    line: string,
    testbed: FakeTestbed,
  ) => string[] | undefined | Promise<string[] | undefined>;
  /** Told each job. */
  heard?: (line: string) => void;
  flask?: Capabilities['xen']['flask'];
  /** Version of Xen. */
  xen?: string;
  /** Lines of the target's console instead of a sound report. */
  targetLines?: (spec: Extract<DomainSpec, { role: 'target' }>) => string[];
  /** Whether Xen reports denials. */
  denials?: boolean;
  /** What Xen's trace has after some work; without it this Xen records none. */
  trace?: (testbed: FakeTestbed) => TraceRecord[];
  /** System calls of a batch in Dom0 by Linux's trace; default: as many as the introspector counts. 'none': it has none. */
  systemCalls?: number | 'none';
  /** Counters of the host, one reading after the other; without them nothing else runs there. */
  load?: HostLoad[];
  /** What was executed during some work; without it nobody notes instructions here. */
  executed?: () => Executed[];
}

/** What Dom0 prints for the commands that the runner runs there. */
const DOM0_SAYS: Readonly<Record<string, string>> = {
  'cat /proc/modules': 'xenfs 16384 1 - Live 0x0\nxen_privcmd 28672 0 - Live 0x0\n',
  'busybox pidof introspector': '77\n',
  'cat /proc/77/maps': [
    '00400000-00401000 r--p 00000000 00:02 11 /introspector',
    '00401000-00411000 r-xp 00001000 00:02 11 /introspector',
    '00411000-00412000 rw-p 00011000 00:02 11 /introspector',
    '7f0000000000-7f0000100000 r-xp 00000000 00:02 12 /lib/libc.so.6',
    '7f0000100000-7f0000102000 rw-p 00100000 00:02 12 /lib/libc.so.6',
    '7ffc00000000-7ffc00021000 rw-p 00000000 00:00 0 [stack]',
  ].join('\n'),
  'grep  __x64_sys_ /proc/kallsyms':
    'ffffffff81000000 T __x64_sys_read\nffffffff81000010 T __x64_sys_write\n',
};

/** The denial that Xen prints. */
export function denialLine(source: number, target: number, permission: string): string {
  return `(XEN) avc:  denied  { ${permission} } for source=d${source} target=d${target} scontext=system_u:system_r:a_t tcontext=system_u:system_r:b_t tclass=mmu`;
}

function targetReport(spec: Extract<DomainSpec, { role: 'target' }>): string[] {
  const lines = [
    '[    0.1] Linux version 6.1',
    `TARGET region base=0x5a0000000000 pages=${spec.pages} page-size=${spec.pageSize} batch=${spec.batch}`,
  ];
  for (let first = 0; first < spec.pages; first += spec.batch) {
    const pages = Math.min(spec.batch, spec.pages - first);
    lines.push(`TARGET digest first=${first} pages=${pages} digest=${fakeDigest(first, pages)}`);
  }
  return [...lines, 'TARGET ready'];
}

class FakeDomain implements Domain, StrangersGuest {
  readonly name: string;
  readonly domid: number;
  readonly spec: DomainSpec;
  readonly type: GuestType;
  readonly config: string;
  readonly output = new ByteQueue();
  paused = 0;
  up = true;
  /** Seconds that it ran. */
  seconds = 1;
  /** Whether it was saved, or asked to end. */
  interrupted = false;
  /** Whether it is being saved. */
  suspended = false;
  readonly #testbed: FakeTestbed;

  constructor(testbed: FakeTestbed, domid: number, spec: DomainSpec, type?: GuestType) {
    this.#testbed = testbed;
    this.domid = domid;
    this.spec = spec;
    this.config = `name="${spec.name}"\n`;
    this.name = spec.name;
    this.type = type ?? (spec.role === 'target' ? spec.type : 'pv');
  }

  async pause(): Promise<void> {
    await this.#testbed.stage('pause');
    this.paused++;
  }

  async unpause(): Promise<void> {
    if (this.paused === 0) throw new Error(`${this.name} is not paused`);
    this.paused--;
    this.#testbed.log.push('unpause');
  }

  async watch(): Promise<GuestWatch> {
    return {
      look: async () => {
        await this.#testbed.stage(`look:${this.name}`);
        const { seconds, interrupted } = this;
        return { state: await this.state(), seconds, interrupted };
      },
      stop: async () => void this.#testbed.log.push(`unwatched:${this.name}`),
    };
  }

  async beforeListening(kind: string): Promise<void> {
    await this.#testbed.stage(`listening:${this.name} ${kind}`);
  }

  async afterListening(): Promise<void> {
    await this.#testbed.stage(`unlistened:${this.name}`);
  }

  async alive(): Promise<boolean> {
    return this.up;
  }

  async state(): Promise<string> {
    if (!this.up) return 'shutdown:crash';
    if (this.suspended) return SUSPENDED;
    return this.paused > 0 ? 'paused' : 'running';
  }

  async *console(signal?: AbortSignal): AsyncGenerator<Uint8Array, void> {
    signal?.addEventListener('abort', () => this.output.end(), { once: true });
    yield* this.output;
  }

  async writeStore(path: string, value: string): Promise<void> {
    if (path !== 'tinyvmi/job') throw new Error(`xenstore path ${path}`);
    await this.#testbed.answer('minios', value, (text) => this.output.push(text), this.domid);
  }

  die(lastWords = ''): void {
    if (lastWords !== '') this.output.push(`${lastWords}\n`);
    this.up = false;
    this.output.end();
  }

  async destroy(): Promise<void> {
    await this.#testbed.stage(`destroy:${this.spec.role}`);
    this.up = false;
    this.output.end();
    this.#testbed.live.delete(this);
  }
}

/** A fake testbed. `live`, `processes`, `running` and `log` tell what is left of a run. */
export class FakeTestbed implements Testbed {
  readonly kind: TestbedKind = 'replay';
  readonly introspectorPath = '/introspector';
  readonly libvmiPath = '/libvmi-introspector';
  readonly log: string[] = [];
  readonly live = new Set<FakeDomain>();
  /** Guests of the host that were looked for. */
  readonly strangers = new Set<FakeDomain>();
  /** Lines of Xen's console besides denials. */
  readonly xenLines: string[] = [];
  readonly lost: Promise<string>;
  running = false;
  processes = 0;
  /** Whether a target was measured that ran, or that stood still for protocol seed-2018. */
  measuredUnpaused = false;
  /** Whether a target was listened to while it could not run. */
  listenedPaused = false;
  readonly #behaviour: FakeBehaviour;
  readonly #denials: string[] = [
    '(XEN) avc:  denied  { stale } for source=d1 target=d2 tclass=mmu',
  ];
  /** What domains are privileged for, by their ids. */
  readonly #targets = new Map<number, number>();
  #lose: (reason: string) => void = () => {};
  #killProcess: ((code: number, lastWords: string) => void) | undefined;
  #domid = 0;
  #jobs = 0;
  #events = 0;
  #refusals = 0;

  constructor(behaviour: FakeBehaviour = {}) {
    this.#behaviour = behaviour;
    this.lost = new Promise((resolve) => {
      this.#lose = resolve;
    });
  }

  async stage(name: string): Promise<void> {
    this.log.push(name);
    await this.#behaviour.at?.(name, this);
  }

  /** The domain of that role. */
  domain(role: DomainSpec['role']): FakeDomain {
    const found = [...this.live].find((domain) => domain.spec.role === role);
    if (found === undefined) throw new Error(`no ${role}`);
    return found;
  }

  /** The domain of that name. */
  named(name: string): FakeDomain {
    const found = [...this.live].find((domain) => domain.name === name);
    if (found === undefined) throw new Error(`no ${name}`);
    return found;
  }

  #victim(job: Record<string, string>): FakeDomain {
    const all = [...this.live, ...this.strangers];
    const found = all.find((domain) => domain.domid === Number(job.domid));
    if (found === undefined) throw new Error(`no domain ${job.domid}`);
    return found;
  }

  /** What a domain is told by Xen's built-in rules, which know its target and nothing else. */
  #byRule(
    job: Record<string, string>,
    domid: number,
    records: readonly PlainRecord[],
  ): PlainRecord[] {
    if (this.#behaviour.flask !== 'absent') return [...records];
    const errno = this.#targets.get(domid) === Number(job.domid) ? 0 : 1;
    return records.map((record) =>
      record.type === 'R'
        ? { ...record, payload: `attempt=${job.attempt} errno=${errno}` }
        : record,
    );
  }

  /** The host goes away: nothing answers any more. */
  lose(reason: string): void {
    for (const domain of this.live) domain.output.end();
    this.live.clear();
    this.processes = 0;
    this.running = false;
    this.#lose(reason);
  }

  /** The Dom0 introspector dies. */
  crashProcess(code: number, lastWords: string): void {
    this.#killProcess?.(code, lastWords);
  }

  async answer(
    from: 'linux' | 'minios',
    line: string,
    push: (text: string) => void,
    domid = 0,
  ): Promise<void> {
    this.#behaviour.heard?.(line);
    const job = parseJob(line);
    if (job.workload === 'refusal') await this.stage(`refusal:${this.#refusals++}`);
    else if (job.workload === 'events-off') await this.stage('events-off');
    else if (job.workload === 'events' || job.workload === 'guest-events') {
      await this.stage(`events:${this.#events++}`);
      if (this.#victim(job).paused !== 0) this.listenedPaused = true;
    } else {
      await this.stage(`job:${this.#jobs++}`);
      // Protocol seed-2018 measures a target that runs.
      const paused = job.state === 'seed-2018' ? 0 : 1;
      if (this.#victim(job).paused !== paused) this.measuredUnpaused = true;
    }
    const frames = this.#behaviour.reply
      ? await this.#behaviour.reply(from, line, this)
      : answer(from, line, (records) => this.#byRule(job, domid, records));
    const judged = this.#behaviour.flask !== 'absent' && this.#behaviour.denials !== false;
    if (job.workload === 'refusal' && judged) {
      const permission =
        { 'write-map': 'map_write', 'vm-event': 'getparam' }[job.attempt ?? ''] ?? 'map_read';
      this.#denials.push(denialLine(domid, Number(job.domid), permission));
    }
    for (const frame of frames ?? []) push(frame);
  }

  async start(): Promise<void> {
    this.running = true;
    await this.stage('start');
  }

  async capabilities(): Promise<Capabilities> {
    return {
      kind: 'replay',
      emulated: true,
      clock: 'counted',
      tickUnit: 'instructions',
      xen: {
        version: this.#behaviour.xen ?? '4.17.5',
        commandLine: 'flask=enforcing',
        flask: this.#behaviour.flask ?? 'enforcing',
      },
      dom0: { kernel: 'Linux 6.1', mode: 'pv' },
      cpus: 1,
      memory: 2 ** 31,
      facts: { qemu: '7.2' },
      ...(this.#behaviour.start === undefined ? {} : { start: this.#behaviour.start }),
      images: { xen: '0'.repeat(64), policy: '1'.repeat(64) },
    };
  }

  async run(argv: readonly string[]): Promise<CommandResult> {
    const stdout = DOM0_SAYS[argv.join(' ')];
    if (stdout === undefined) throw new Error(`the runner ran ${argv.join(' ')}`);
    return { exitCode: 0, stdout, stderr: '' };
  }

  async spawn(argv: readonly string[]): Promise<Process> {
    const [program = ''] = argv;
    await this.stage(program === this.libvmiPath ? 'spawn:libvmi' : 'spawn');
    if (program === 'sh') return linuxRecorder(this.#behaviour.systemCalls);
    if (![this.introspectorPath, this.libvmiPath].includes(program))
      throw new Error(`spawn ${program}`);
    this.processes++;
    const stdout = new ByteQueue();
    let exit: (result: CommandResult) => void = () => {};
    const exited = new Promise<CommandResult>((resolve) => {
      exit = resolve;
    });
    let ended = false;
    const finish = (exitCode: number, stderr: string) => {
      if (ended) return;
      ended = true;
      this.processes = Math.max(0, this.processes - 1);
      if (this.#killProcess === finish) this.#killProcess = undefined;
      stdout.end();
      exit({ exitCode, stdout: '', stderr });
    };
    this.#killProcess = finish;
    return {
      stdout,
      exited,
      write: (text) => this.answer('linux', text.trim(), (frame) => stdout.push(frame)),
      end: async () => finish(0, ''),
      kill: async () => finish(137, ''),
    };
  }

  async put(): Promise<void> {
    throw new Error('the runner puts no files');
  }

  async get(): Promise<void> {
    throw new Error('the runner gets no files');
  }

  get load(): (() => Promise<HostLoad>) | undefined {
    const readings = this.#behaviour.load;
    return readings && (async () => readings.shift() as HostLoad);
  }

  get executionLog(): ExecutionLog | undefined {
    const { executed } = this.#behaviour;
    if (executed === undefined) return undefined;
    return { record: async (work) => ({ result: await work(), intervals: executed() }) };
  }

  readonly xen: Xen = {
    createDomain: async (spec) => {
      await this.stage(`create:${spec.role}`);
      const domain = new FakeDomain(this, ++this.#domid, spec);
      this.live.add(domain);
      if (spec.role === 'target') {
        await this.stage('ready');
        const lines = this.#behaviour.targetLines?.(spec) ?? targetReport(spec);
        for (const line of lines) domain.output.push(`${line}\r\n`);
      }
      return domain;
    },
    setTarget: async (domain, target) => {
      await this.stage(`set-target:${domain.name} ${target.name}`);
      this.#targets.set(domain.domid, target.domid);
    },
    guest: async (name) => {
      const spec = { role: 'bystander', name } as const;
      const guest = new FakeDomain(this, ++this.#domid, spec, 'pvh');
      this.strangers.add(guest);
      await this.stage('guest');
      return guest;
    },
    domains: async () =>
      [...this.live].map(({ name, domid }) => ({ name, domid, state: 'running' })),
    denials: async () => [...this.#denials],
    console: async () => {
      await this.stage('console');
      return `${[...this.xenLines, ...this.#denials].join('\n')}\n`;
    },
    trace: async (work) => {
      const { trace } = this.#behaviour;
      if (trace === undefined) throw new UserError('no trace buffers', { kind: 'skipped' });
      await this.stage('trace');
      return { result: await work(), records: trace(this) };
    },
  };

  async stop(): Promise<void> {
    await this.stage('stop');
    this.running = false;
  }
}

/** The recorder of system calls in Dom0: records until its input ends. */
function linuxRecorder(calls: number | 'none' = 100): Process {
  const stdout = new ByteQueue();
  let exit: (result: CommandResult) => void = () => {};
  const exited = new Promise<CommandResult>((resolve) => {
    exit = resolve;
  });
  const end = async () => {
    stdout.end();
    exit({ exitCode: calls === 'none' ? 3 : 0, stdout: '', stderr: '' });
  };
  if (calls === 'none') void end();
  else stdout.push(`${READY}\n${linuxTrace(calls)}`);
  return { stdout, exited, write: async () => {}, end, kill: end };
}

/** Frames that end a job with status error. */
export function refusedJob(line: string, message: string): string[] {
  const seq = Number(parseJob(line).seq);
  return encodeJobRecords(seq, [helloRecord('minios')], `status=error ${message}`);
}
