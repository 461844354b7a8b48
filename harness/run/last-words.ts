/**
 * What is left of a target that died: without it, an error that does not recur is never understood.
 */
import type { Testbed } from '../../infra/testbed.ts';
import { quoteTail } from './lines.ts';
import { withDeadline } from './wait.ts';

/** Xen's lines that are shown: it may have reported each vcpu's registers. */
const XEN_LINES = 20;

/** How long Xen's console may take, in milliseconds. */
const CONSOLE_MS = 5_000;

/** The end of a target's console and of Xen's, for an error message. */
export async function lastWords(
  { xen }: Pick<Testbed, 'xen'>,
  tail: readonly string[],
): Promise<string> {
  const console = await withDeadline(xen.console(), CONSOLE_MS).catch(() => '');
  const lines = console.split('\n').filter((line) => line.trim() !== '');
  return `${quoteTail(tail)}${quoteTail(lines, { count: XEN_LINES, whose: "Xen's" })}`;
}
