/**
 * What runs in Dom0, asked of its kernel.
 */
import { UserError } from '../errors.ts';
import type { Testbed } from '../testbed.ts';
import type { ImageSize } from './objects.ts';

/** A file that a process maps: bytes of its mappings that cannot be written, and of those that can. */
export interface MappedFile extends ImageSize {
  path: string;
}

/** Files of a process's mappings, from /proc/<pid>/maps (proc_pid_maps(5)). */
export function mappedFiles(maps: string): MappedFile[] {
  const files = new Map<string, MappedFile>();
  for (const line of maps.split('\n')) {
    const match = /^([0-9a-f]+)-([0-9a-f]+) (\S{4}) \S+ \S+ \d+ +(\/\S+)$/.exec(line);
    if (match === null) continue;
    const [, from = '', to = '', mode = '', path = ''] = match;
    const bytes = Number.parseInt(to, 16) - Number.parseInt(from, 16);
    const file = files.get(path) ?? { path, text: 0, data: 0 };
    if (mode[1] === 'w') file.data += bytes;
    else file.text += bytes;
    files.set(path, file);
  }
  return [...files.values()];
}

async function read(testbed: Testbed, argv: readonly string[], signal?: AbortSignal) {
  const options = signal === undefined ? {} : { signal };
  const { exitCode, stdout, stderr } = await testbed.run(argv, options);
  if (exitCode === 0) return stdout;
  throw new UserError(`Dom0 answers ${argv.join(' ')} with ${exitCode}: ${stderr.trim()}`);
}

/** What the introspector maps when it is ready for jobs, itself included. */
export async function introspectorMaps(
  testbed: Testbed,
  signal?: AbortSignal,
): Promise<MappedFile[]> {
  const process = await testbed.spawn([testbed.introspectorPath]);
  try {
    const name = testbed.introspectorPath.split('/').at(-1) ?? '';
    const pids = (await read(testbed, ['busybox', 'pidof', name], signal)).trim().split(/\s+/);
    return mappedFiles(await read(testbed, ['cat', `/proc/${pids[0]}/maps`], signal));
  } finally {
    await process.kill();
  }
}

/** Names of the modules that Dom0's kernel has loaded. */
export async function loadedModules(testbed: Testbed, signal?: AbortSignal): Promise<string[]> {
  const text = await read(testbed, ['cat', '/proc/modules'], signal);
  return text
    .split('\n')
    .flatMap((line) => line.split(' ')[0] || [])
    .sort();
}

/** Entry points of 64-bit system calls in Dom0's kernel, by their symbols. */
export async function systemCallEntries(testbed: Testbed, signal?: AbortSignal): Promise<string[]> {
  const text = await read(testbed, ['grep', ' __x64_sys_', '/proc/kallsyms'], signal);
  const names = [...text.matchAll(/ [tTwW] __x64_sys_(\w+)$/gm)].map((match) => match[1] as string);
  return [...new Set(names)].sort();
}
