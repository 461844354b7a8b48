/**
 * A machine with its power on, and nobody in it yet: QEMU, its private folder, its keys, and the
 * conversation on its console by which Dom0 is given them.
 */
import type { ExtraImages } from '../images/extras.ts';
import type { HostImages, NativeImages } from '../images/images.ts';
import type { Emulator } from '../tools/emulator.ts';
import { Admission, admissionLines } from './admission.ts';
import { makeKeys, type TestbedKeys } from './keys.ts';
import { writeInitramfs } from './overlay.ts';
import { Qemu } from './qemu.ts';
import { type MachineConfig, qemuArguments } from './qemu-arguments.ts';
import { Run } from './runs.ts';
import { restoreState } from './snapshot/state.ts';
import type { Undo } from './undo.ts';

/** What a machine is, and where it may put what it needs on disk. */
export interface MachineOptions
  extends Pick<
    MachineConfig,
    'accelerator' | 'clock' | 'cpus' | 'memoryMiB' | 'dom0MemoryMiB' | 'policy' | 'dom0'
  > {
  emulator: Emulator;
  host: HostImages;
  native: NativeImages;
  extras: ExtraImages;
  /** What Dom0's initramfs ends with (overlay.ts). */
  overlay: Uint8Array;
  /** The cache, where the machine is recorded while it lives. */
  cacheRoot: string;
  /** Longest that Dom0 may take, in wall time. */
  timeoutMs: number;
  /** Is told how far the boot has come. */
  onStage(text: string): void;
}

/** Where a machine's life begins. */
export interface Beginning {
  /** Its RAM; default: none but its own. */
  ram?: MachineConfig['ram'];
  /** File of the state that it goes on from; default: it boots. */
  state?: string;
}

/** The machine. */
export interface Powered {
  run: Run;
  qemu: Qemu;
  keys: TestbedKeys;
  /** QEMU's command line, without the program. */
  arguments: readonly string[];
  /** Path of QEMU's monitor. */
  monitor: string;
  admission: Admission;
  /** Whether Dom0 is given its keys whenever it waits for them; it is not while a snapshot is made. */
  admits: boolean;
}

/** QEMU's command line for such a machine. @param files by what is in its private folder */
export function argumentsOf(
  options: MachineOptions,
  files: Pick<MachineConfig, 'initramfs' | 'monitor'>,
  { ram, incoming = false }: Pick<MachineConfig, 'ram' | 'incoming'> = {},
): string[] {
  const { xen, kernel } = options.host.files;
  return qemuArguments({ ...options, ...files, xen, kernel, ram, incoming });
}

/** Switches a machine on. What is made is undone by `undo`, whatever happens. */
export async function powerOn(
  options: MachineOptions,
  { ram, state }: Beginning,
  undo: Undo,
  { admits = true } = {},
): Promise<Powered> {
  const run = await Run.create(options.cacheRoot);
  undo.push(() => run.remove());
  const keys = await makeKeys(run.path(''));
  const files = { initramfs: run.path('initramfs'), monitor: run.path('monitor') };
  if (state === undefined) {
    const common = [options.host.files.dom0Initramfs, ...options.host.archives];
    await writeInitramfs(files.initramfs, common, options.overlay);
  }
  const incoming = state !== undefined;
  const args = argumentsOf(options, files, { ram, incoming });
  const powered: Powered = {
    ...{ run, keys, arguments: args, monitor: files.monitor, admits },
    admission: new Admission(
      () => admissionLines(keys, new Date()),
      (line) => powered.qemu.type(line),
    ),
    qemu: new Qemu(options.emulator, args, {
      log: run.path('console.log'),
      onStage: options.onStage,
      onWaits: () => {
        if (powered.admits) powered.admission.begin();
      },
      onTook: () => powered.admission.next(),
    }),
  };
  undo.push(() => powered.qemu.stop());
  if (powered.qemu.pid !== undefined) await run.adopt(powered.qemu.pid);
  return powered;
}

/** Lets a machine that was switched on for a saved state go on from it. */
export async function goOn({ run, monitor }: Powered, state: string, signal: AbortSignal) {
  await restoreState(monitor, run.path('incoming'), state, signal);
}
