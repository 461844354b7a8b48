/**
 * The outside world as the harness sees it: a Xen host that can be driven.
 *
 * `Testbed` is the host (start, commands, files, stop); `Xen` is what its toolstack does for us.
 * The emulated testbed, an ssh host, this machine and a replay of recorded consoles implement them.
 */

import type { Traced } from './trace/record-trace.ts';

/** What a testbed is. */
export type TestbedKind = 'emulated' | 'ssh' | 'local' | 'replay';

/** The testbed of whoever names none. */
export const EMULATED = 'emulated' satisfies TestbedKind;

/** `counted`: the TSC counts executed instructions. `wall`: it counts time. */
export type ClockMode = 'counted' | 'wall';

/** Series of Xen that the emulated testbed boots, the default first. */
export const EMULATED_SERIES = ['4.17', '4.20'] as const;

/** One of them. */
export type EmulatedSeries = (typeof EMULATED_SERIES)[number];

/** What Dom0 is to Xen: a guest that knows of it, or one with an address space of its own. */
export const DOM0_MODES = ['pv', 'pvh'] as const;

/** One of the two. */
export type Dom0Mode = (typeof DOM0_MODES)[number];

/**
 * What lets an introspector in a domain read its target. `flask`: a policy, which says what it may and
 * refuses the rest. `set-target`: on a Xen without FLASK, the privilege of a stub domain
 * (XEN_DOMCTL_set_target), which opens all of one target's memory, for writing too.
 */
export const PRIVILEGES = ['flask', 'set-target'] as const;

/** One of them. */
export type Privilege = (typeof PRIVILEGES)[number];

/** How the emulated host is brought up: from a snapshot where it can be, or always by a boot. */
export const START_MODES = ['restored', 'cold'] as const;

/** One of the two. */
export type StartMode = (typeof START_MODES)[number];

/**
 * How a host came to be up. `snapshot` names what it was restored from, and `boot` the boot that this goes
 * back to: all that was restored from one boot is one boot, however often.
 */
export type Start = { kind: 'cold' } | { kind: 'restored'; snapshot: string; boot: string };

/** Name of the fact that says whose compiler and tools made the images: a release of Debian, or `OWN_TOOLS`. */
export const BUILD_TOOLS = 'build tools';
/** The machine that built could not run those of the release. */
export const OWN_TOOLS = "the building machine's own";
/** Name of the fact that says why it could not. */
export const WHY_OWN_TOOLS = 'build tools, why own';

/** Facts about the started host, for the manifest and for deciding what can run. */
export interface Capabilities {
  kind: TestbedKind;
  emulated: boolean;
  clock: ClockMode;
  /** Unit of a tick of the domains' clocks on this testbed. */
  tickUnit: 'instructions' | 'ticks';
  xen: { version: string; commandLine: string; flask: 'enforcing' | 'permissive' | 'absent' };
  dom0: { kernel: string; mode: Dom0Mode };
  cpus: number;
  /** Memory of the host in bytes. */
  memory: number;
  /** Anything else worth repeating: name to value (QEMU's version and command line, KVM probe, …). */
  facts: Record<string, string>;
  /** How it came to be up; undefined for a host that we did not start. */
  start?: Start;
  /** SHA-256 (hex) by name of every image that was booted or can be: xen, policy, dom0-kernel, dom0-initramfs, target-kernel, target-initramfs, minios, introspector. */
  images: Record<string, string>;
}

export interface CommandResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Options of a command that is run to its end. */
export interface RunOptions {
  input?: string;
  signal?: AbortSignal;
  timeoutMs?: number;
}

/** Options of a copy. */
export interface CopyOptions {
  signal?: AbortSignal | undefined;
}

/** A running command whose output is consumed as it comes. */
export interface Process {
  /** Raw bytes of standard output, ends when the process does or the host is lost. */
  stdout: AsyncIterable<Uint8Array>;
  write(text: string): Promise<void>;
  /** Close standard input. */
  end(): Promise<void>;
  exited: Promise<CommandResult>;
  kill(): Promise<void>;
}

/** A machine that runs commands for us, over ssh or because it is this one. */
export interface Host {
  /** Runs a command (argument vector, no shell) to its end. Never rejects for a non-zero exit. */
  run(argv: readonly string[], options?: RunOptions): Promise<CommandResult>;
  spawn(argv: readonly string[], options?: { signal?: AbortSignal }): Promise<Process>;
  /** Copies a file to the host, whole or not at all, keeping whether it can be executed. */
  put(localPath: string, remotePath: string, options?: CopyOptions): Promise<void>;
  /** Copies a file from the host, whole or not at all. */
  get(remotePath: string, localPath: string): Promise<void>;
  /** Resolves with the reason when the host is gone unexpectedly (QEMU killed, link lost). */
  readonly lost: Promise<string>;
}

/** Instructions that were executed, by who executed them, and calls that programs and kernels made. */
export interface Executed {
  /** By Xen. */
  xen: number;
  /** By the kernel of a PV domain. */
  kernel: number;
  /** By anything else in a PV domain: of a unikernel all of it. */
  program: number;
  /** By a domain with its own privilege levels (PVH, HVM). */
  other: number;
  /** Instructions SYSCALL of kernels, which are hypercalls, and of programs. */
  kernelCalls: number;
  programCalls: number;
}

/** Notes every instruction that a host executes: only an emulator can, and not at full speed. */
export interface ExecutionLog {
  /**
   * Does `work` meanwhile. @returns what was executed before each reading of the time-stamp counter
   * by an introspector (any program linked to an address below 2 GiB), since the reading before it
   */
  record<T>(work: () => Promise<T>): Promise<{ result: T; intervals: readonly Executed[] }>;
}

/** Counters of a host at one moment: two of them tell what disturbed the time between. */
export interface HostLoad {
  /** Seconds of Dom0's clock. */
  seconds: number;
  /** Seconds that each domain ran which is neither Dom0 nor ours, by name and id. */
  others: Record<string, number>;
  /** Seconds that Dom0's vcpus were ready to run and did not. */
  stealSeconds: number;
  /** Seconds that all CPUs together were below their fastest frequency; null: Xen does not scale it. */
  slowSeconds: number | null;
  /** How often Xen said that a processor was too hot. */
  hot: number;
}

export interface Testbed extends Host {
  readonly kind: TestbedKind;
  /** Brings the host up; idempotent. Rejects with a `UserError` that says what is wrong and what to do. */
  start(signal?: AbortSignal): Promise<void>;
  capabilities(): Promise<Capabilities>;
  readonly xen: Xen;
  /** Undefined on hosts whose instructions nobody can note. */
  readonly executionLog?: ExecutionLog | undefined;
  /** What else uses the host's processors. Undefined where nothing else runs. */
  readonly load?: (() => Promise<HostLoad>) | undefined;
  /** Absolute path on the host of the Dom0 introspector, ready to run. */
  readonly introspectorPath: string;
  /** The same of the one with upstream LibVMI, where it was asked for. */
  readonly libvmiPath?: string | undefined;
  /** Whether `stop` takes all away that is on the host, so that nothing needs undoing there before. */
  readonly isEphemeral?: boolean | undefined;
  /**
   * Does work for which nobody asks the host anything: it stands still meanwhile, and takes no processor from
   * the work. Undefined where it runs anyway.
   */
  rest?<T>(work: () => Promise<T>): Promise<T>;
  /** Takes the host down, or lets it go; idempotent, safe at any stage. Removes what `start` created. */
  stop(): Promise<void>;
}

export type GuestType = 'pv' | 'pvh' | 'hvm';
export type PageSize = '4k' | '2m' | '1g';

/** A domain to create: one of the suite's own images by its role. */
export type DomainSpec =
  | {
      role: 'target';
      name: string;
      type: GuestType;
      pages: number;
      batch: number;
      pageSize: PageSize;
      seed: number;
      vcpus?: number;
      /** Makes events on every vcpu after its report, as introspectors order (native/PROTOCOL.md). */
      events?: boolean;
    }
  /** `profile`: what its label allows it. Default: read-only. */
  | {
      role: 'introspector';
      name: string;
      memoryMiB?: number;
      profile?: 'read-only' | 'events';
      /**
       * Of Linux: Debian's kernel with the introspector as its only process. Own: the Mini-OS image that
       * the user brought. Default: minios.
       */
      kernel?: 'minios' | 'linux' | 'own';
    }
  /** A small domain with the bystander label: its memory is nobody's business. */
  | { role: 'bystander'; name: string }
  /** The introspector's image without any label of ours. */
  | { role: 'unlabelled'; name: string };

/** The host and one of its domains at one moment. */
export interface HostState {
  /** The host's time-stamp counter. */
  clock: bigint;
  /** Pages that neither a domain nor Xen has in use. */
  freePages: number;
  /** Pages that the domain holds. */
  pages: number;
  /** Nanoseconds of Xen's clock that its vcpus ran. */
  ranNs: bigint;
}

/** A small program in Dom0 that reads clock and memory around a measurement. */
export interface Probe {
  /** Its absolute path on the host: `<path> start <program>` notes a program's first instruction. */
  readonly path: string;
  state(domid: number): Promise<HostState>;
  /**
   * Unpauses domains one after the other, and keeps Dom0 from doing anything of its own for 50 ms.
   * @returns the counter just before
   */
  unpause(domids: readonly number[]): Promise<bigint>;
}

/** How a domain is created where that is measured. */
export interface CreationOptions {
  /** It is left paused, and the host is read before and after it was built. */
  paused: true;
}

/** State of a guest while it is saved, after which it may go on (`xl save -c`). */
export const SUSPENDED = 'shutdown:suspend';

/** One domain, whoever made it: what may be done with a stranger's. */
export interface Guest {
  readonly name: string;
  readonly domid: number;
  readonly type: GuestType;
  pause(): Promise<void>;
  unpause(): Promise<void>;
  /**
   * To be called before an introspector listens to its events of this kind (native/PROTOCOL.md): where
   * the guest is not ours, whoever has to let it go on when we cannot knows it from then on.
   */
  beforeListening(kind: string): Promise<void>;
  /** To be called when nobody listens any more, and no ring of ours is left. */
  afterListening(): Promise<void>;
  /** False when it was destroyed, crashed or shut down; one that is saved may go on. */
  alive(): Promise<boolean>;
  /** State as Xen sees it, for error messages: running, paused, shutdown:<reason>, gone. */
  state(): Promise<string>;
}

/** What became of a guest that is watched over. */
export interface GuestSight {
  /** As `Guest.state` has it. */
  state: string;
  /** Seconds that its vcpus ran, all together, in tenths. */
  seconds: number;
  /** Since the watch began: whether it was asked to suspend, reboot or power off, or did so. */
  interrupted: boolean;
}

/** A watch over a guest. */
export interface GuestWatch {
  /** How it is now. */
  look(): Promise<GuestSight>;
  /** Ends the watch. */
  stop(): Promise<void>;
}

/** A guest that is not ours: what its owner does with it meanwhile can be told. */
export interface StrangersGuest extends Guest {
  /** Begins to watch over it. It leaves no trace in itself that it was saved and went on. */
  watch(): Promise<GuestWatch>;
}

/** One domain that the suite created. */
export interface Domain extends Guest {
  readonly spec: DomainSpec;
  /** Its configuration as the toolstack got it, for the manifest. */
  readonly config: string;
  /** The host with Dom0, before and after the domain was built; where that was asked for. */
  readonly built?: { before: HostState; after: HostState };
  /** Bytes of its console since creation, then live, until the domain is gone or the signal fires. */
  console(signal?: AbortSignal): AsyncIterable<Uint8Array>;
  /** Writes below the domain's own xenstore folder, readable (not writable) by it: ('tinyvmi/job', value). */
  writeStore(path: string, value: string): Promise<void>;
  destroy(): Promise<void>;
}

/** The toolstack: everything that names an xl or xenstore command. */
export interface Xen {
  /** Creates and starts a domain; on failure nothing of it is left. */
  createDomain(spec: DomainSpec, signal?: AbortSignal, options?: CreationOptions): Promise<Domain>;
  /**
   * A domain that was there before us, by its name or id.
   * @throws UserError of kind `usage` when there is none
   */
  guest(nameOrId: string): Promise<StrangersGuest>;
  /**
   * Makes a domain privileged for a target, for as long as it lives. On a Xen without FLASK only; the
   * target's memory is not freed before the domain is gone.
   * @throws UserError when Xen refuses: a PV target, or a domain that has another one
   */
  setTarget(domain: Domain, target: Guest): Promise<void>;
  /** Undefined where the host has no such program. */
  readonly probe?: Probe;
  domains(): Promise<{ name: string; domid: number; state: string }[]>;
  /** Lines of Xen's console since boot that report FLASK denials, as printed (`avc: denied …`). */
  denials(): Promise<string[]>;
  /** Xen's own console, whole. */
  console(): Promise<string>;
  /** Why this Xen's trace is not to be recorded; undefined where it may be. */
  readonly untraced?: string | undefined;
  /**
   * Does `work` while Xen records its own trace.
   * @throws UserError of kind `skipped`: before the work when this host's Xen cannot or may not, after
   *   it when its trace lost records
   */
  trace<T>(work: () => Promise<T>): Promise<Traced<T>>;
}

/** What a run brings to a host besides what every run does. */
export interface ExtraPrograms {
  /** The Dom0 introspector with upstream LibVMI. */
  libvmi?: boolean;
  /** File of a Mini-OS image of the user's own. */
  miniosImage?: string | undefined;
  /** Debian's kernel as it comes, which HVM guests boot. */
  hvmKernel?: boolean;
}

/** A domain that a run begins with. */
export interface FirstDomain {
  spec: DomainSpec;
  /** Text on its console that says that it has come so far that it can be used. */
  readyMark: string;
}

/** Options of the emulated testbed. */
export interface EmulatedOptions extends ExtraPrograms {
  clock: ClockMode;
  /** Default: the first of its list. */
  start?: StartMode;
  /** What is there already in a host that is restored; whoever creates it as the first gets that one. */
  first?: FirstDomain | undefined;
  /** Default: the first of its list. */
  xen?: EmulatedSeries;
  /** Default: PV. */
  dom0?: Dom0Mode;
  /** Virtual CPUs of the emulated host; counted time has one. */
  cpus?: number;
  /** Memory of the emulated host in MiB; default: what the domains of the plan need. */
  memoryMiB?: number;
  /** Of it, what Dom0 gets; default: what the toolstack and its images need. */
  dom0MemoryMiB?: number;
  /** A further archive (cpio) that Dom0's initramfs ends with: files that Dom0 has besides. */
  dom0Archive?: Uint8Array;
  accelerator?: 'tcg' | 'kvm' | 'auto';
  /** HVM guests that there are at once: Dom0 has what makes them, and room for them. Default: none. */
  hvmGuests?: number;
  /** `set-target` boots Xen with FLASK disabled. Default: flask. */
  privilege?: Privilege;
  /** Instructions that each page costs more, on purpose: shows that a gate notices. */
  seededSlowdown?: number;
}

/** Progress of long steps. On a terminal a live line, otherwise plain lines. Implemented in harness/cli. */
export interface Progress {
  step(text: string): void;
  /** What the step is at. `share`: the part of it that is done, from 0 to 1, where that is known. */
  detail(text: string, share?: number): void;
  done(text: string): void;
  warn(text: string): void;
}
