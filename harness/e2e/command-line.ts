/**
 * The command line as a user runs it: a process of its own, observed from outside.
 */
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

/** The program that a user runs, for node. */
export const START = fileURLToPath(new URL('../cli/start.mjs', import.meta.url));

/** A run of the command line that ended. */
export interface Ended {
  exitCode: number | undefined;
  stdout: string;
  stderr: string;
}

/** What a test does to a run that is under way. */
export interface Interference {
  /** A line of standard error that contains this text sets `act` off, once. */
  when: string;
  act: (pid: number) => void | Promise<void>;
}

/** Runs `tinyvmi-bench` with these arguments to its end. */
export async function tinyvmiBench(
  args: readonly string[],
  interference?: Interference,
): Promise<Ended> {
  const child = execa('node', [START, ...args], {
    reject: false,
    stdin: 'ignore',
    env: { NO_COLOR: '1' },
    forceKillAfterDelay: false,
  });
  if (interference !== undefined) {
    let said = '';
    let done = false;
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (done || !said.includes(interference.when)) return;
      done = true;
      void interference.act(child.pid as number);
    });
  }
  const { exitCode, stdout, stderr } = await child;
  return { exitCode, stdout, stderr };
}

/** Ids of the QEMU processes below this process. */
export async function qemuBelow(pid: number): Promise<number[]> {
  const { stdout } = await execa('ps', ['-e', '-o', 'pid=,ppid=,comm=']);
  const rows = stdout
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .map(([id, parent, name]) => ({ id: Number(id), parent: Number(parent), name: name ?? '' }));
  const family = new Set([pid]);
  for (let grew = true; grew; ) {
    const before = family.size;
    for (const row of rows) if (family.has(row.parent)) family.add(row.id);
    grew = family.size > before;
  }
  return rows
    .filter((row) => family.has(row.id) && row.name.startsWith('qemu'))
    .map((row) => row.id);
}
