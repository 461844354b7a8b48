/**
 * The outside world as the harness sees it: a Xen host that can be driven.
 *
 * `Testbed` is the host (start, commands, files, stop); `Xen` is what its toolstack does for us.
 * The emulated testbed, an ssh host, this machine and a replay of recorded consoles implement them.
 */

/** What a testbed is. */
export type TestbedKind = 'emulated' | 'ssh' | 'local' | 'replay';

/** The testbed of whoever names none. */
export const EMULATED = 'emulated' satisfies TestbedKind;

/** `counted`: the TSC counts executed instructions. `wall`: it counts time. */
export type ClockMode = 'counted' | 'wall';

/** Facts about the started host, for the manifest and for deciding what can run. */
export interface Capabilities {
  kind: TestbedKind;
  emulated: boolean;
  clock: ClockMode;
  /** Unit of a tick of the domains' clocks on this testbed. */
  tickUnit: 'instructions' | 'ticks';
  xen: { version: string; commandLine: string; flask: 'enforcing' | 'permissive' | 'absent' };
  dom0: { kernel: string; mode: 'pv' | 'pvh' };
  cpus: number;
  /** Memory of the host in bytes. */
  memory: number;
  /** Anything else worth repeating: name to value (QEMU's version and command line, KVM probe, …). */
  facts: Record<string, string>;
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
  put(localPath: string, remotePath: string): Promise<void>;
  /** Copies a file from the host, whole or not at all. */
  get(remotePath: string, localPath: string): Promise<void>;
  /** Resolves with the reason when the host is gone unexpectedly (QEMU killed, link lost). */
  readonly lost: Promise<string>;
}

export interface Testbed extends Host {
  readonly kind: TestbedKind;
  /** Brings the host up; idempotent. Rejects with a `UserError` that says what is wrong and what to do. */
  start(signal?: AbortSignal): Promise<void>;
  capabilities(): Promise<Capabilities>;
  readonly xen: Xen;
  /** Absolute path on the host of the Dom0 introspector, ready to run. */
  readonly introspectorPath: string;
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
      type: 'pv' | 'pvh';
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
    }
  /** A small domain with the bystander label: its memory is nobody's business. */
  | { role: 'bystander'; name: string }
  /** The introspector's image without any label of ours. */
  | { role: 'unlabelled'; name: string };

/** One domain, whoever made it: what may be done with a stranger's. */
export interface Guest {
  readonly name: string;
  readonly domid: number;
  readonly type: GuestType;
  pause(): Promise<void>;
  unpause(): Promise<void>;
  /** False when it was destroyed, crashed or shut down. */
  alive(): Promise<boolean>;
  /** State as Xen sees it, for error messages: running, paused, shutdown:<reason>, gone. */
  state(): Promise<string>;
}

/** One domain that the suite created. */
export interface Domain extends Guest {
  readonly spec: DomainSpec;
  /** Its configuration as the toolstack got it, for the manifest. */
  readonly config: string;
  /** Bytes of its console since creation, then live, until the domain is gone or the signal fires. */
  console(signal?: AbortSignal): AsyncIterable<Uint8Array>;
  /** Writes below the domain's own xenstore folder, readable (not writable) by it: ('tinyvmi/job', value). */
  writeStore(path: string, value: string): Promise<void>;
  destroy(): Promise<void>;
}

/** The toolstack: everything that names an xl or xenstore command. */
export interface Xen {
  /** Creates and starts a domain; on failure nothing of it is left. */
  createDomain(spec: DomainSpec, signal?: AbortSignal): Promise<Domain>;
  /**
   * A domain that was there before us, by its name or id.
   * @throws UserError of kind `usage` when there is none
   */
  guest(nameOrId: string): Promise<Guest>;
  domains(): Promise<{ name: string; domid: number; state: string }[]>;
  /** Lines of Xen's console since boot that report FLASK denials, as printed (`avc: denied …`). */
  denials(): Promise<string[]>;
  /** Xen's own console, whole. */
  console(): Promise<string>;
}

/** Options of the emulated testbed. */
export interface EmulatedOptions {
  clock: ClockMode;
  /** Virtual CPUs of the emulated host; counted time has one. */
  cpus?: number;
  /** Memory of the emulated host in MiB; default: what the domains of the plan need. */
  memoryMiB?: number;
  accelerator?: 'tcg' | 'kvm' | 'auto';
  /** Instructions that each page costs more, on purpose: shows that a gate notices. */
  seededSlowdown?: number;
}

/** Progress of long steps. On a terminal a live line, otherwise plain lines. Implemented in harness/cli. */
export interface Progress {
  step(text: string): void;
  detail(text: string): void;
  done(text: string): void;
  warn(text: string): void;
}
