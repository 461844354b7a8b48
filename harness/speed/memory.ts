/**
 * Memory of three emulated hosts together, each with a target and a Mini-OS introspector: the sum of
 * what each QEMU has for itself and its share of what they have together (PSS, proc(5)). Prints bytes,
 * and how many of them were restored.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createEmulatedTestbed, hostMemoryMiB } from '../../infra/index.ts';
import type { EmulatedOptions, Testbed } from '../../infra/testbed.ts';
import { domainsOf, makeSuite } from '../plan/suite.ts';
import { watchTarget } from '../run/target.ts';

const MACHINES = 3;
const SILENCE_MS = 120_000;

const say = (text: string) => void process.stderr.write(`${text}\n`);
const progress = { step: say, detail() {}, done: say, warn: say };
const control = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => control.abort());

/** Every process of QEMU that this one started, whatever stands between. */
async function emulators(): Promise<string[]> {
  const parents = new Map<string, { parent: string; name: string }>();
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const text = await readFile(join('/proc', pid, 'stat'), 'utf8').catch(() => undefined);
    const [, name, parent] = /^\d+ \((.*)\) \S (\d+)/s.exec(text ?? '') ?? [];
    if (name !== undefined && parent !== undefined) parents.set(pid, { parent, name });
  }
  const isOurs = (pid: string): boolean => {
    const parent = parents.get(pid)?.parent;
    return parent !== undefined && (parent === String(process.pid) || isOurs(parent));
  };
  return [...parents].flatMap(([pid, { name }]) =>
    name.startsWith('qemu-system') && isOurs(pid) ? [pid] : [],
  );
}

async function pssOf(pid: string): Promise<number> {
  const text = await readFile(join('/proc', pid, 'smaps_rollup'), 'utf8');
  const kib = /^Pss:\s+(\d+) kB$/m.exec(text)?.[1];
  if (kib === undefined) throw new Error(`/proc/${pid}/smaps_rollup has no Pss`);
  return Number(kib) * 1024;
}

/** Whether a QEMU began with a machine's saved state. */
async function isRestored(pid: string): Promise<boolean> {
  return (await readFile(join('/proc', pid, 'cmdline'), 'utf8')).split('\0').includes('-incoming');
}

const specs = domainsOf(makeSuite({ bench: ['page-walk'] }));

async function occupy(testbed: Testbed): Promise<void> {
  await testbed.start(control.signal);
  for (const spec of specs) {
    if (spec.role !== 'target' && spec.role !== 'introspector') continue;
    const domain = await testbed.xen.createDomain(spec, control.signal);
    if (spec.role === 'target') await watchTarget(domain, SILENCE_MS, control.signal).ready;
  }
}

const options: EmulatedOptions & { start: string } = {
  clock: 'counted',
  memoryMiB: hostMemoryMiB(specs),
  start: 'restored',
};
const testbeds = await Promise.all(
  Array.from({ length: MACHINES }, () => createEmulatedTestbed(options, progress)),
);
try {
  // One after the other: the first one may have to make the snapshot.
  for (const testbed of testbeds) await occupy(testbed);
  const found = await emulators();
  if (found.length !== MACHINES) throw new Error(`${found.length} emulators, not ${MACHINES}`);
  const bytes = await Promise.all(found.map(pssOf));
  const restored = (await Promise.all(found.map(isRestored))).filter(Boolean).length;
  process.stdout.write(`${JSON.stringify({ bytes, restored })}\n`);
} finally {
  await Promise.all(testbeds.map((testbed) => testbed.stop()));
}
process.exit();
