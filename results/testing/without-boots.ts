/** What a run that was interrupted has in common with one that was not: it booted once more to go on. */
import type { Summary } from '../types.ts';

/** The measures, but for how many boots their intervals count. */
export function withoutBoots({ measures }: Pick<Summary, 'measures'>): unknown[] {
  return measures.map(({ basis, ...measure }) => ({
    ...measure,
    basis: basis?.level === 'boot' ? { ...basis, units: 'boots' } : basis,
  }));
}
