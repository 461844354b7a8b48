/** What an emulator's count of instructions has of string instructions, which a processor's has not. */
import { ARM_LABELS } from '../../bench/words.ts';
import type { Summary } from '../../results/types.ts';

/**
 * Repetitions of the string instruction that copies a page of 4 KiB by eight bytes (native/include/tvmi.h,
 * tvmi_copy_page). QEMU counts each, and the look that ends them as one more; a processor's counter of retired instructions counts all as one
 * (AMD64 manual, volume 2, "Performance Monitoring Counters"; Intel SDM, volume 3, "REP").
 */
const REPETITIONS = 4096 / 8;

/** Says so of counted page walks, with the figures of state warm, of which they are most. */
export function repetitionNote({ testbed, measures }: Summary): string | undefined {
  if (testbed.clock !== 'counted') return undefined;
  const walks = measures.filter(
    ({ benchmark, unit, arm }) =>
      benchmark === 'page-walk' && unit === 'instructions' && arm !== 'dom0-libvmi',
  );
  if (walks.length === 0) return undefined;
  const warm = walks
    .filter(({ state, phase }) => state === 'warm' && phase === 'total')
    .map(({ arm, p50 }) => `${ARM_LABELS[arm]} ${Math.round(p50 - REPETITIONS)}`);
  const so = warm.length === 0 ? '' : `: in state warm, ${warm.join(', ')}`;
  return `A page is copied by one string instruction, of which the emulator counts each of ${REPETITIONS} repetitions, and a processor's counter of instructions the one. Counted so, every figure of a page is ${REPETITIONS} lower${so}.`;
}
