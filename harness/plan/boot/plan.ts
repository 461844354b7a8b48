/**
 * Options and plan of boot.
 */
import { boot } from '../../../bench/boot/index.ts';
import type { BootState } from '../../../bench/words.ts';
import { type CreatedIntrospectors, createdIntrospectors } from '../introspectors.ts';
import { type CommonOptions, type RawRunOptions, resolveShared } from '../options.ts';
import type { ObservingPlan } from '../plan.ts';
import { number } from '../values.ts';

/** What a measurement of starts is asked to do. */
export interface BootOptions extends CommonOptions {
  benchmark: 'boot';
  states: BootState[];
  /** Starts of the Mini-OS domain and of the Dom0 process. */
  starts: number;
  linuxStarts: number;
}

const [STARTS, LINUX_STARTS] = boot.parameters;

/** Numbers that a user may choose. */
export const BOOT_NUMBERS = { starts: STARTS, linuxStarts: LINUX_STARTS } as const;

/** Starts of introspectors, whose first page is one of the target. */
export type BootPlan = ObservingPlan<BootOptions> & CreatedIntrospectors;

/**
 * The plan for these options.
 * @throws UserError of kind `usage` that names the option and the values it accepts
 */
export function makeBootPlan(raw: RawRunOptions): BootPlan {
  return {
    benchmark: 'boot',
    options: {
      ...resolveShared(boot, raw),
      starts: number(STARTS, raw.starts),
      linuxStarts: number(LINUX_STARTS, raw.linuxStarts),
    },
    jobs: [],
    ...createdIntrospectors(raw),
  };
}
