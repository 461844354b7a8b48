/**
 * Brings an emulated host up the quick way where there is one: restored from a snapshot of the same host,
 * which the first use makes. Where that fails it is said, the snapshot is thrown away, and the host boots.
 */
import { UserError } from '../errors.ts';
import type { Progress, Start, StartMode } from '../testbed.ts';
import { Machine } from './machine.ts';
import type { MachineOptions } from './power.ts';
import { snapshotInputs, snapshotKey } from './snapshot/key.ts';
import { bootedHost } from './snapshot/make.ts';
import {
  BrokenSnapshot,
  type SavedDomain,
  type Snapshot,
  SnapshotStore,
  whyNoRoom,
} from './snapshot/store.ts';

const MIB = 2 ** 20;
/** What of the memory besides Dom0's a boot writes: Xen's records of frames, and the modules. */
const WRITTEN_MIB = 512;

/** A host that is up, and how it came to be. */
export interface BroughtUp {
  machine: Machine;
  start: Start;
  /** Domains that are there already. */
  domains: readonly SavedDomain[];
}

/**
 * Brings it up.
 * @throws UserError when it cannot even be booted
 */
export async function bringUp(
  options: MachineOptions,
  mode: StartMode,
  progress: Progress,
  signal: AbortSignal,
): Promise<BroughtUp> {
  const why = mode === 'cold' ? 'asked for' : await whyNotSaved(options);
  if (why === undefined) {
    const restored = await fromSnapshot(options, progress, signal);
    if (restored !== undefined) return restored;
  } else if (mode !== 'cold') {
    progress.warn(`no snapshot of the emulated host: ${why}`);
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
}: MachineOptions): Promise<string | undefined> {
  if (accelerator === 'kvm') return 'only emulation is saved, and KVM runs this one';
  if (dom0 === 'pvh') return "QEMU cannot save the IOMMU that a PVH Dom0's Xen needs";
  return whyNoRoom(cacheRoot, (dom0MemoryMiB + WRITTEN_MIB) * MIB);
}

/** Restores it; undefined when that failed, which was said. */
async function fromSnapshot(
  options: MachineOptions,
  progress: Progress,
  signal: AbortSignal,
): Promise<BroughtUp | undefined> {
  const store = new SnapshotStore(options.cacheRoot);
  const inputs = await snapshotInputs(options);
  const key = snapshotKey(inputs);
  try {
    const snapshot = await hostSnapshot(store, key, options, inputs, progress, signal);
    progress.step('restoring the emulated host from its snapshot');
    const machine = await restore(options, snapshot, signal);
    progress.done('the emulated host is up');
    const { id, boot, domains } = snapshot;
    return { machine, start: { kind: 'restored', snapshot: id, boot }, domains };
  } catch (error) {
    if (signal.aborted || !(error instanceof UserError) || error.kind === 'usage') throw error;
    await store.remove(key);
    const [what] = error.message.split('\n', 1);
    progress.warn(`${what}: the snapshot is thrown away, and the host boots cold`);
    return undefined;
  }
}

async function hostSnapshot(
  store: SnapshotStore,
  key: string,
  options: MachineOptions,
  inputs: Readonly<Record<string, string>>,
  progress: Progress,
  signal: AbortSignal,
): Promise<Snapshot> {
  const boot = bootedHost(options, inputs);
  const make: typeof boot = async (files, until) => {
    progress.step('booting the emulated host, to keep a snapshot of it');
    const saved = await boot(files, until);
    progress.done('the emulated host was booted and saved');
    return saved;
  };
  return store.take(key, make, signal, () =>
    progress.step('waiting for another process that boots the same host'),
  );
}

/** Restores a machine while its RAM is read, and hands it out when that is what was saved. */
async function restore(
  options: MachineOptions,
  snapshot: Snapshot,
  signal: AbortSignal,
): Promise<Machine> {
  const read = snapshot.whyBroken(signal);
  read.catch(() => undefined);
  const beginning = { ram: { file: snapshot.ramFile, kept: false }, state: snapshot.stateFile };
  const machine = await Machine.bring(options, beginning, signal).catch(async (error: unknown) => {
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
