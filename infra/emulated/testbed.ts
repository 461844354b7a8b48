/** The emulated testbed: a machine in QEMU that boots Xen with FLASK and a Linux Dom0, driven by ssh. */
import { Cache } from '../cache/cache.ts';
import { cacheRoot } from '../cache/root.ts';
import { DrivenTestbed } from '../driven-testbed.ts';
import { UserError } from '../errors.ts';
import { DOM0_HVM_KERNEL } from '../images/device-model.ts';
import { type ExtraImages, type ExtraPaths, extraImages, extraPaths } from '../images/extras.ts';
import { type HostImages, hostImages, type NativeImages, nativeImages } from '../images/images.ts';
import { deferred } from '../process/deferred.ts';
import {
  type Capabilities,
  DOM0_MODES,
  type Dom0Mode,
  EMULATED_SERIES,
  type EmulatedOptions,
  type ExecutionLog,
  type Host,
  type Progress,
  START_MODES,
  type Start,
  type Testbed,
  type Xen,
} from '../testbed.ts';
import { type Emulator, findEmulator } from '../tools/emulator.ts';
import { domainConfig, type GuestImages, type Labels, OUR_LABELS } from '../xl/config.ts';
import { hostFacts } from '../xl/host-facts.ts';
import type { PresentDomain } from '../xl/present.ts';
import { XlToolstack } from '../xl/toolstack.ts';
import { type AcceleratorChoice, chooseAccelerator, probeKvm } from './accelerator.ts';
import { bringUp, type Population } from './bring-up.ts';
import { Machine } from './machine.ts';
import { dom0MemoryMiB, hostMemoryMiB } from './memory.ts';
import { DOM0_PATHS, EXTRAS_FOLDER, overlay } from './overlay.ts';
import type { MachineOptions } from './power.ts';
import { bootArguments } from './snapshot/key.ts';
import { readyDomain } from './snapshot/ready-domain.ts';

/** Longest boot, in wall time: 10 to 15 s on an idle machine, minutes on a busy one. */
const BOOT_TIMEOUT_MS = 600_000;
/** KVM boots in seconds, or not at all. */
const PROBE_TIMEOUT_MS = 90_000;

interface Images {
  emulator: Emulator;
  host: HostImages;
  native: NativeImages;
  extras: ExtraImages;
}

/** What stands while the testbed is up. */
interface Up {
  machine: Machine;
  options: MachineOptions;
  xen: XlToolstack;
  images: Images;
  accelerator: AcceleratorChoice;
  start: Start;
}

/** A testbed that this machine emulates. */
export class EmulatedTestbed extends DrivenTestbed implements Testbed {
  readonly kind = 'emulated';
  readonly isEphemeral = true;
  readonly introspectorPath = DOM0_PATHS.introspector;
  readonly #options: EmulatedOptions;
  readonly #progress: Progress;
  readonly #cache: Cache;
  readonly #lost = deferred<string>();
  readonly #cancel = new AbortController();
  #starting: Promise<Up> | undefined;
  #running: Up | undefined;
  #stopping: Promise<void> | undefined;

  /** @throws UserError for options that contradict each other. */
  constructor(options: EmulatedOptions, progress: Progress) {
    super();
    if (options.clock === 'counted' && (options.cpus ?? 1) !== 1) {
      throw new UserError('counted time has one CPU', {
        kind: 'usage',
        advice: 'use one CPU, or --clock wall',
      });
    }
    if (options.clock === 'counted' && options.accelerator === 'kvm') {
      throw new UserError('KVM counts no instructions', {
        kind: 'usage',
        advice: 'use --clock wall with KVM',
      });
    }
    this.#options = options;
    this.#progress = progress;
    this.#cache = new Cache(cacheRoot(), progress);
  }

  get lost(): Promise<string> {
    return this.#lost.promise;
  }

  get xen(): Xen {
    return this.#up().xen;
  }

  /** Only where the clock counts instructions can a log of them be held against it. */
  get executionLog(): ExecutionLog | undefined {
    return this.#options.clock === 'counted' ? this.#up().machine.executionLog : undefined;
  }

  async start(signal?: AbortSignal): Promise<void> {
    if (this.#stopping !== undefined) throw new Error('this testbed was stopped');
    const onAbort = () => this.#cancel.abort(signal?.reason);
    if (signal?.aborted) onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    this.#starting ??= this.#start(this.#cancel.signal);
    try {
      this.#running = await this.#starting;
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  async capabilities(): Promise<Capabilities> {
    const { machine, options, images, accelerator, start } = this.#up();
    const { clock } = this.#options;
    const host = await hostFacts(machine.ssh);
    return {
      ...host,
      kind: 'emulated',
      emulated: true,
      clock,
      tickUnit: clock === 'counted' ? 'instructions' : 'ticks',
      facts: {
        ...host.facts,
        ...images.host.facts,
        ...images.native.facts,
        ...images.extras.facts,
        qemu: images.emulator.version,
        'qemu arguments': bootArguments(options),
        accelerator: `${accelerator.accelerator}: ${accelerator.reason}`,
      },
      start,
      images: {
        ...images.host.hashes,
        ...images.native.hashes,
        ...images.extras.hashes,
      },
    };
  }

  rest<T>(work: () => Promise<T>): Promise<T> {
    return this.#up().machine.rest(work);
  }

  /** Path of an ssh configuration by which any ssh reaches its Dom0 (HOST_ALIAS), while it is up. */
  get sshConfig(): string {
    return this.#up().machine.about.sshConfig;
  }

  protected get host(): Host {
    return this.#up().machine.ssh;
  }

  async stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    await this.#stopping;
  }

  async #stop(): Promise<void> {
    this.#cancel.abort(new UserError('the testbed was stopped', { kind: 'interrupted' }));
    const started = await this.#starting?.catch(() => undefined);
    this.#running = undefined;
    await started?.machine.stop();
  }

  get libvmiPath(): string | undefined {
    return this.#extraPaths.libvmi;
  }

  get #extraPaths(): ExtraPaths {
    return extraPaths(EXTRAS_FOLDER, this.#options);
  }

  get #flask(): boolean {
    return this.#options.privilege !== 'set-target';
  }

  get #hvmGuests(): number {
    return this.#options.hvmGuests ?? 0;
  }

  get #dom0(): Dom0Mode {
    return this.#options.dom0 ?? DOM0_MODES[0];
  }

  #up(): Up {
    if (this.#running === undefined) throw new UserError('the testbed is not up');
    return this.#running;
  }

  async #start(signal: AbortSignal): Promise<Up> {
    signal.throwIfAborted();
    const { xen: series = EMULATED_SERIES[0] } = this.#options;
    const what = { series, flask: this.#flask, hvm: this.#hvmGuests > 0 };
    this.#progress.step('checking the images of the emulated host');
    const emulator = await findEmulator(this.#cache, signal);
    const host = await hostImages(this.#cache, what, this.#progress, signal);
    const slowdown = this.#options.seededSlowdown ?? 0;
    const extras = await extraImages(this.#cache, this.#options, slowdown, this.#progress, signal);
    const native = await nativeImages(this.#cache, slowdown, host.kernelEntry, signal);
    const images = { emulator, host, native, extras };
    const accelerator = await chooseAccelerator(this.#options, () =>
      this.#probeKvm(images, signal),
    );
    const options = await this.#machine(images, accelerator.accelerator);
    const mode = this.#options.start ?? START_MODES[0];
    const population = this.#population();
    const up = await bringUp({ options, mode, population }, this.#progress, signal);
    const { machine, start, domains } = up;
    void machine.about.lost.then((reason) => {
      if (this.#stopping === undefined) this.#lost.resolve(reason);
    });
    const xen = this.#toolstack(machine, domains);
    return { machine, options, images, accelerator, start, xen };
  }

  get #guestImages(): GuestImages {
    return {
      ...DOM0_PATHS,
      ownMinios: this.#extraPaths.ownMinios,
      hvmKernel: this.#hvmGuests > 0 ? DOM0_HVM_KERNEL : undefined,
    };
  }

  get #labels(): Labels | undefined {
    return this.#flask ? OUR_LABELS : undefined;
  }

  #toolstack({ ssh }: Machine, present: readonly PresentDomain[] = []): XlToolstack {
    return new XlToolstack(ssh, {
      images: this.#guestImages,
      introspector: DOM0_PATHS.introspector,
      probe: DOM0_PATHS.probe,
      attendant: DOM0_PATHS.attendant,
      labels: this.#labels,
      present,
    });
  }

  /** The domain that a run begins with, for a host that is restored. */
  #population(): Population | undefined {
    const first = this.#options.first;
    if (first === undefined) return undefined;
    const { spec } = first;
    const config = domainConfig(spec, this.#guestImages, { labels: this.#labels });
    return {
      inputs: { domain: config },
      doing: `starting ${spec.name}, to keep a snapshot of the host with it`,
      make: (machine, signal) => readyDomain(this.#toolstack(machine), first, signal),
    };
  }

  async #machine(
    images: Images,
    accelerator: AcceleratorChoice['accelerator'],
  ): Promise<MachineOptions> {
    const { native, extras } = images;
    const { dom0Archive } = this.#options;
    return {
      ...images,
      policy: images.host.policy,
      dom0: this.#dom0,
      accelerator,
      clock: this.#options.clock,
      cpus: this.#options.cpus ?? 1,
      memoryMiB: this.#options.memoryMiB ?? hostMemoryMiB([]),
      dom0MemoryMiB: this.#options.dom0MemoryMiB ?? dom0MemoryMiB(this.#hvmGuests),
      overlay: await overlay({ native, extras, dom0Archive }),
      cacheRoot: this.#cache.root,
      timeoutMs: BOOT_TIMEOUT_MS,
      onStage: (text) => this.#progress.detail(text),
    };
  }

  #probeKvm(images: Images, signal: AbortSignal) {
    const what = { ...images.host.hashes, dom0: this.#dom0 };
    return probeKvm(this.#cache.root, what, async () => {
      this.#progress.step('finding out whether KVM runs Xen here');
      try {
        const machine = await Machine.bring(
          { ...(await this.#machine(images, 'kvm')), timeoutMs: PROBE_TIMEOUT_MS },
          {},
          signal,
        );
        const { facts } = await hostFacts(machine.ssh).finally(() => machine.stop());
        const nested = /\bhvm\b/.test(facts['xen virtualisation'] ?? '');
        return nested ? undefined : 'Xen finds no hardware virtualisation under it';
      } catch (error) {
        if (signal.aborted || !(error instanceof UserError)) throw error;
        return error.message.split('\n')[0];
      }
    });
  }
}
