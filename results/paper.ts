/**
 * Reference figures of the paper: its own, measured in 2018 on other hardware, in microseconds.
 * They are shown beside ours as the paper's, on an axis of their own, and never computed with.
 */
import type { Arm } from '../bench/words.ts';

/** A figure that somebody else published. */
export interface ReferenceFigure {
  arm: Arm;
  label: string;
  value: number;
}

/** A set of published figures. */
export interface Reference {
  id: string;
  source: string;
  title: string;
  unit: string;
  method: string;
  figures: readonly ReferenceFigure[];
}

/** Figure 3 of the TinyVMI paper: page table walk and read of a page, mean of 500 pages. */
export const SEED_2018: Reference = {
  id: 'seed-2018',
  source: 'TinyVMI, 2018',
  title: "The paper's figure 3 (2018)",
  unit: 'microseconds',
  method:
    'mean of 500 pages in one batch, caches on, one microsecond clock reading around a 4 KiB read; real Xen on 2018 hardware; no spread given',
  figures: [
    { arm: 'dom0', label: 'Dom0 (Linux)', value: 5.7 },
    { arm: 'minios', label: 'Mini-OS', value: 3.7 },
  ],
};

/** A bar of the paper that is made of parts. */
export interface ReferenceStack {
  arm: Arm;
  label: string;
  /** In thousands of lines, in the order of the parts. */
  values: readonly number[];
}

/** Figure 2 of the TinyVMI paper: code of both arms. Its bars have no numbers: they were read off. */
export const CODE_2018 = {
  source: 'TinyVMI, 2018',
  title: "The paper's figure 2 (2018)",
  unit: 'thousands of physical lines',
  method:
    'physical lines of .c, .h and .S files, Linux without drivers; read off its plot, since it gives no numbers',
  parts: ['kernel', 'LibVMI'],
  stacks: [
    { arm: 'dom0', label: 'Dom0 (Linux)', values: [139, 38] },
    { arm: 'minios', label: 'Mini-OS', values: [46, 37] },
  ] satisfies ReferenceStack[],
} as const;

/** The set of that name, or undefined. */
export function findReference(id: string): Reference | undefined {
  return id === SEED_2018.id ? SEED_2018 : undefined;
}
