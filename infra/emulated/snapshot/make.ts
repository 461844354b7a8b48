/** Makes snapshots: of a host that has just booted, and of one with domains on it. */
import { command } from '../../process/command.ts';
import type { PresentDomain } from '../../xl/present.ts';
import { Machine } from '../machine.ts';
import { type MachineOptions, type Powered, powerOn } from '../power.ts';
import { Undo } from '../undo.ts';
import { saveState } from './state.ts';
import { BrokenSnapshot, type Maker, type Saved, type Snapshot } from './store.ts';

/** Boots a host, and saves it in the moment in which it waits for its keys: it never had any. */
export function bootedHost(options: MachineOptions, inputs: Saved['inputs']): Maker {
  return async ({ ram, state }, signal) => {
    const undo = new Undo();
    try {
      const powered = await powerOn(options, { ram: { file: ram, kept: true } }, undo, {
        admits: false,
      });
      await powered.qemu.waits(options.timeoutMs, signal);
      await save(powered, state, signal);
      return { inputs, domains: [] };
    } finally {
      await undo.all();
    }
  };
}

/**
 * Goes on from a snapshot, makes domains there, and saves the host again.
 * @param populate makes the domains; no command of its may be left running in Dom0
 */
export function populatedHost(
  options: MachineOptions,
  inputs: Saved['inputs'],
  before: Snapshot,
  populate: (machine: Machine) => Promise<PresentDomain[]>,
): Maker {
  return async ({ ram, state }, signal) => {
    const broken = await before.whyBroken(signal);
    if (broken !== undefined) throw new BrokenSnapshot(broken);
    await command('cp', ['--sparse=always', '--reflink=auto', before.ramFile, ram], { signal });
    const beginning = { ram: { file: ram, kept: true }, state: before.stateFile };
    const machine = await Machine.bring(options, beginning, signal);
    try {
      const domains = await populate(machine);
      await save(await machine.seal(options.timeoutMs, signal), state, signal);
      return { inputs, boot: before.boot, domains };
    } finally {
      await machine.stop();
    }
  };
}

function save({ run, monitor }: Powered, state: string, signal: AbortSignal): Promise<void> {
  return saveState(monitor, run.path('outgoing'), state, signal);
}
