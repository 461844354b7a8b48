/** The parts of the comparison, which can be asked for one by one. */

/** Parts of the table, as they are asked for. */
export const PARTS = ['testbed', 'bench', 'walk', 'ci', 'memory', 'medians'] as const;
/** One of them. */
export type Part = (typeof PARTS)[number];

/** What takes longest is measured only when it is asked for. */
export const DEFAULT_PARTS: readonly Part[] = PARTS.filter((part) => part !== 'ci');
