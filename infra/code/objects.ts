/**
 * What object files say of themselves, by GNU binutils.
 */
import type { Tools } from '../tools/tools.ts';

/** Bytes of a program or a library: machine code with read-only data, and initialised data. */
export interface ImageSize {
  text: number;
  data: number;
}

/** Bytes of Xen's stub of one hypercall in the hypercall page (xen/arch-x86/xen-x86_64.h). */
const STUB = 32;

/** Sizes of files as size(1) gives them in its format of Berkeley. */
export async function imageSizes(
  tools: Pick<Tools, 'run'>,
  paths: readonly string[],
  signal?: AbortSignal,
): Promise<ImageSize[]> {
  if (paths.length === 0) return [];
  const { stdout } = await tools.run('size', ['--format=berkeley', ...paths], { signal });
  const [, ...rows] = stdout.trim().split('\n');
  return rows.map((row) => {
    const [text, data] = row.trim().split(/\s+/).map(Number);
    return { text: text as number, data: data as number };
  });
}

/** Calls that a Mini-OS image has in its machine code. */
export interface CallSites {
  /** Numbers of hypercalls, each once. */
  hypercalls: number[];
  /** Instructions that would make a system call. */
  systemCalls: number;
}

/** Reads the calls out of a listing of objdump -d. */
export function callSitesOf(listing: string): CallSites {
  const numbers = new Set<number>();
  for (const match of listing.matchAll(/call\s+[0-9a-f]+ <hypercall_page(?:\+0x([0-9a-f]+))?>/g)) {
    numbers.add(Number.parseInt(match[1] ?? '0', 16) / STUB);
  }
  const entries = listing.match(/\t(?:syscall|sysenter|int\s+\$0x80)\s*$/gm) ?? [];
  return { hypercalls: [...numbers].sort((a, b) => a - b), systemCalls: entries.length };
}

/** Calls in an image with its symbols. */
export async function callSites(
  tools: Pick<Tools, 'run'>,
  path: string,
  signal?: AbortSignal,
): Promise<CallSites> {
  const { stdout } = await tools.run('objdump', ['--disassemble', path], { signal });
  return callSitesOf(stdout);
}

/** Numbers of hypercalls that Xen's public header defines for this architecture and every other. */
export function definedHypercalls(header: string): number[] {
  const defined = [...header.matchAll(/^#define __HYPERVISOR_\w+\s+(\d+)\b/gm)];
  return [...new Set(defined.map((match) => Number(match[1])))].sort((a, b) => a - b);
}
