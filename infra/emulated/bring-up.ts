/**
 * Brings an emulated host up the quick way where there is one: restored from a snapshot of the same host,
 * which the first use makes. Where that fails it is said, the snapshot is thrown away, and the host boots.
 */
import { UserError } from '../errors.ts';
import type { Progress, Start, StartMode } from '../testbed.ts';
import type { PresentDomain } from '../xl/present.ts';
import { Machine } from './machine.ts';
import type { MachineOptions } from './power.ts';
import { snapshotInputs, snapshotKey } from './snapshot/key.ts';
import { bootedHost, populatedHost } from './snapshot/make.ts';
import {
  BrokenSnapshot,
  type Maker,
  type Snapshot,
  SnapshotStore,
  whyNoRoom,
} from './snapshot/store.ts';

const MIB = 2 ** 20;
/** What of the memory besides Dom0's a boot writes: Xen's records of frames, and the modules. */
const WRITTEN_MIB = 512;

/** Domains that a host is to have from its beginning, so that nobody waits for theirs. */
export interface Population {
  /** What they depend on besides their host, by name. */
  inputs: Readonly<Record<string, string>>;
  /** Said while they are made. */
  doing: string;
  /** Makes them. No command may be left running in Dom0. */
  make(machine: Machine, signal: AbortSignal): Promise<PresentDomain[]>;
}

/** What is brought up, and how. */
export interface Wanted {
  options: MachineOptions;
  mode: StartMode;
  /** Only a restored host has it. */
  population?: Population | undefined;
}

/** A host that is up, and how it came to be. */
export interface BroughtUp {
  machine: Machine;
  start: Start;
  /** Domains that are there already. */
  domains: readonly PresentDomain[];
}

/**
 * Brings it up.
 * @throws UserError when it cannot even be booted
 */
export async function bringUp(
  { options, mode, population }: Wanted,
  progress: Progress,
  signal: AbortSignal,
): Promise<BroughtUp> {
  if (mode === 'restored') {
    const why = await whyNotSaved(options);
    if (why === undefined) {
      const restored = await new Restoration(options, population, progress).bring(signal);
      if (restored !== undefined) return restored;
    } else {
      progress.warn(`no snapshot of the emulated host: ${why}`);
    }
  }
  progress.step('booting the emulated host');
  const machine = await Machine.bring(options, {}, signal);
  progress.done('the emulated host is up');
  return { machine, start: { kind: 'cold' }, domains: [] };
}

/** Why such a host cannot be saved; undefined: it can. */
export async function whyNotSaved({
  accelerator,
  dom0,
  dom0MemoryMiB,
  cacheRoot,
}: Pick<MachineOptions, 'accelerator' | 'dom0' | 'dom0MemoryMiB' | 'cacheRoot'>): Promise<
  string | undefined
> {
  if (accelerator === 'kvm') return 'only emulation is saved, and KVM runs this one';
  if (dom0 === 'pvh') return "QEMU cannot save the IOMMU that a PVH Dom0's Xen needs";
  return whyNoRoom(cacheRoot, (dom0MemoryMiB + WRITTEN_MIB) * MIB);
}

/** One host that is restored, and the snapshots on the way to it. */
class Restoration {
  readonly #options: MachineOptions;
  readonly #population: Population | undefined;
  readonly #progress: Progress;
  readonly #store: SnapshotStore;
  /** Key of the snapshot that was last worked with: the one to blame. */
  #at = '';

  constructor(options: MachineOptions, population: Population | undefined, progress: Progress) {
    this.#options = options;
    this.#population = population;
    this.#progress = progress;
    this.#store = new SnapshotStore(options.cacheRoot);
  }

  /** Brings the host up; undefined when that failed, which was said. */
  async bring(signal: AbortSignal): Promise<BroughtUp | undefined> {
    try {
      const snapshot = await this.#snapshot(signal);
      this.#progress.step('restoring the emulated host from its snapshot');
      const machine = await this.#restore(snapshot, signal);
      this.#progress.done('the emulated host is up');
      const { id, boot, domains } = snapshot;
      return { machine, start: { kind: 'restored', snapshot: id, boot }, domains };
    } catch (error) {
      if (signal.aborted || !(error instanceof UserError) || error.kind === 'usage') throw error;
      await this.#store.remove(this.#at);
      const [what] = error.message.split('\n', 1);
      this.#progress.warn(`${what}: the snapshot is thrown away, and the host boots cold`);
      return undefined;
    }
  }

  /** The snapshot to begin with, made if need be, and what it is made of as well. */
  async #snapshot(signal: AbortSignal): Promise<Snapshot> {
    const own = snapshotInputs(this.#options);
    const population = this.#population;
    if (population === undefined) return this.#host(own, signal);
    const inputs = { ...own, ...population.inputs };
    return this.#take(
      inputs,
      async (files, until) => {
        const host = await this.#host(own, until);
        const make = populatedHost(this.#options, inputs, host, (machine) =>
          population.make(machine, until),
        );
        return this.#saying(population.doing, make)(files, until);
      },
      signal,
    );
  }

  #host(inputs: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Snapshot> {
    const make = bootedHost(this.#options, inputs);
    return this.#take(
      inputs,
      this.#saying('booting the emulated host, to keep a snapshot of it', make),
      signal,
    );
  }

  async #take(
    inputs: Readonly<Record<string, string>>,
    make: Maker,
    signal: AbortSignal,
  ): Promise<Snapshot> {
    const key = snapshotKey(inputs);
    this.#at = key;
    const waits = () => this.#progress.step('waiting for another process that saves the same host');
    const taken = await this.#store.take(key, make, signal, waits);
    this.#at = key;
    return taken;
  }

  #saying(doing: string, make: Maker): Maker {
    return async (files, signal) => {
      this.#progress.step(doing);
      const saved = await make(files, signal);
      this.#progress.done(doing);
      return saved;
    };
  }

  /** Restores a machine while its RAM is read, and hands it out when that is what was saved. */
  async #restore(snapshot: Snapshot, signal: AbortSignal): Promise<Machine> {
    const read = snapshot.whyBroken(signal);
    read.catch(() => undefined);
    const beginning = { ram: { file: snapshot.ramFile, kept: false }, state: snapshot.stateFile };
    const bringing = Machine.bring(this.#options, beginning, signal);
    const machine = await bringing.catch(async (error: unknown) => {
      const broken = await read;
      throw broken === undefined ? error : new BrokenSnapshot(broken);
    });
    try {
      const broken = await read;
      if (broken !== undefined) throw new BrokenSnapshot(broken);
      return machine;
    } catch (error) {
      await machine.stop();
      throw error;
    }
  }
}
