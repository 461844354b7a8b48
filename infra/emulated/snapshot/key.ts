/** What a snapshot depends on: a machine of the same inputs would have come to the same place. */
import { hashInputs, hashOf } from '../../cache/hash.ts';
import { argumentsOf, type MachineOptions } from '../power.ts';
import { withoutFolders } from '../qemu-arguments.ts';

/** QEMU's command line by which such a host boots, files by their names alone. */
export function bootArguments(options: MachineOptions): string {
  return withoutFolders(argumentsOf(options, { initramfs: 'initramfs', monitor: 'monitor' }));
}

/** Everything that a host's state after its boot depends on, by name. */
export function snapshotInputs(options: MachineOptions): Record<string, string> {
  const { emulator, host, native, extras, overlay } = options;
  return {
    ...host.hashes,
    ...native.hashes,
    ...extras.hashes,
    overlay: hashOf(overlay),
    qemu: emulator.version,
    'qemu program': emulator.identity,
    arguments: bootArguments(options),
  };
}

/** The key of a snapshot of these inputs: 16 hex digits. */
export function snapshotKey(inputs: Readonly<Record<string, string>>): string {
  return hashInputs(inputs).slice(0, 16);
}
