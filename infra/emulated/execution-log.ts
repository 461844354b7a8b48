/**
 * Notes which instructions the emulated machine executes: QEMU's log of executed blocks (its options
 * `-d exec,nochain,in_asm`), switched on and off through the monitor.
 *
 * With `nochain` QEMU logs each translated block that it executes, by address and privilege; with
 * `in_asm` it lists a block's instructions when it translates it, which with these options is the first
 * time that it executes it while the log is on. The machine's counter of instructions does not see the
 * log, so what is noted can be held against the clock (harness/run/anatomy). A block that a fault ends
 * early counts whole.
 */
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Executed, ExecutionLog } from '../testbed.ts';
import { MONITOR_MS, withMonitor } from './monitor.ts';

/** An instruction in a listing: address, bytes, mnemonic. Long ones go on in lines without the last. */
const INSTRUCTION = /^0x[0-9a-f]+: {2}(?:[0-9a-f]{2} )+ +(\S+)/;
/** An executed block: host address, base of the code segment, address, flags of the processor. */
const BLOCK = /^Trace \d+: (0x[0-9a-f]+) \[[0-9a-f]+\/([0-9a-f]+)\/([0-9a-f]+)\//;
const NOT_EXECUTED = 'Stopped execution of TB chain before';

/** Flags of QEMU's processor (target/i386/cpu.h): privilege level, and whether it is in a guest under SVM. */
const PRIVILEGE = 3;
const SVM_GUEST = 1 << 21;
/** The upper half of the addresses belongs to a PV guest's kernel, as the first digit of sixteen tells. */
const UPPER_HALF = /^[89a-f]/;
/** Programs that are linked to fixed addresses, as introspectors are, lie below 2 GiB. */
const FIXED_ADDRESSES = /^0{8}[0-7]/;

/** A translated block: number of its instructions, and the last of them. */
interface Block {
  instructions: number;
  last: string;
}

function nothing(): Executed {
  return { xen: 0, kernel: 0, program: 0, other: 0, kernelCalls: 0, programCalls: 0 };
}

/** Adds up a log, line by line. Blocks are known from one log to the next of the same machine. */
export class ExecutionCounter {
  readonly #blocks: Map<string, Block>;
  readonly #intervals: Executed[] = [];
  #current = nothing();
  #listing: Block | undefined;
  /** Takes back what the last block added. */
  #undo: () => void = () => undefined;

  constructor(blocks: Map<string, Block>) {
    this.#blocks = blocks;
  }

  /** What was executed before each reading of the clock, since the one before it. */
  get intervals(): readonly Executed[] {
    return this.#intervals;
  }

  /** Takes the next line of the log. */
  line(text: string): void {
    if (text.startsWith('0x')) {
      const last = INSTRUCTION.exec(text)?.[1];
      if (last !== undefined && this.#listing !== undefined) {
        this.#listing = { instructions: this.#listing.instructions + 1, last };
      }
    } else if (text.startsWith('IN:')) {
      this.#listing = { instructions: 0, last: '' };
    } else if (text.startsWith('Trace')) {
      const [, host = '', address = '', flags = ''] = BLOCK.exec(text) ?? [];
      if (this.#listing !== undefined) this.#blocks.set(host, this.#listing);
      this.#listing = undefined;
      const block = this.#blocks.get(host);
      if (block !== undefined) this.#execute(block, address, Number.parseInt(flags, 16));
    } else if (text.startsWith(NOT_EXECUTED)) {
      this.#undo();
      this.#undo = () => undefined;
    }
  }

  #execute({ instructions, last }: Block, address: string, flags: number): void {
    const counts = this.#current;
    const place = placeOf(address, flags);
    const calls = last === 'syscall' ? callsFrom(place) : undefined;
    const isReading =
      last === 'rdtsc' && place === 'program' && FIXED_ADDRESSES.test(address.padStart(16, '0'));
    counts[place] += instructions;
    if (calls !== undefined) counts[calls]++;
    if (isReading) {
      this.#intervals.push(counts);
      this.#current = nothing();
    }
    this.#undo = () => {
      counts[place] -= instructions;
      if (calls !== undefined) counts[calls]--;
      if (isReading) {
        this.#intervals.pop();
        this.#current = counts;
      }
    };
  }
}

type Place = 'xen' | 'kernel' | 'program' | 'other';

/** Xen alone has the highest privilege; kernels of PV guests run as unprivileged as their programs. */
function placeOf(address: string, flags: number): Place {
  if ((flags & SVM_GUEST) !== 0) return 'other';
  if ((flags & PRIVILEGE) === 0) return 'xen';
  return address.length === 16 && UPPER_HALF.test(address) ? 'kernel' : 'program';
}

/** A PV guest's kernel calls Xen by the instruction by which a program calls its kernel. */
function callsFrom(place: Place): 'kernelCalls' | 'programCalls' | undefined {
  if (place === 'kernel') return 'kernelCalls';
  return place === 'program' ? 'programCalls' : undefined;
}

/** The log of one machine. */
export class QemuExecutionLog implements ExecutionLog {
  readonly #monitor: string;
  readonly #path: string;
  readonly #blocks = new Map<string, Block>();

  /**
   * @param monitor socket of QEMU's monitor
   * @param path of the log, a file that does not exist
   */
  constructor(monitor: string, path: string) {
    this.#monitor = monitor;
    this.#path = path;
  }

  async record<T>(work: () => Promise<T>): Promise<{ result: T; intervals: readonly Executed[] }> {
    try {
      await this.#tell(`logfile ${this.#path}`, 'log exec,nochain,in_asm');
      const result = await work().finally(() => this.#tell('log none'));
      return { result, intervals: await this.#count() };
    } finally {
      await rm(this.#path, { force: true });
    }
  }

  #tell(...commands: string[]): Promise<void> {
    return withMonitor(this.#monitor, AbortSignal.timeout(MONITOR_MS), async (command) => {
      for (const line of commands) await command(line);
    });
  }

  async #count(): Promise<readonly Executed[]> {
    const counter = new ExecutionCounter(this.#blocks);
    let rest = '';
    for await (const chunk of createReadStream(this.#path, { encoding: 'latin1' })) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) counter.line(line);
    }
    return counter.intervals;
  }
}
