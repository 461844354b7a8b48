/**
 * What a report may refer to. A report lists those that its own text names: `[Kalibera 2013]`.
 */
import type { Citation } from '../types.ts';

const ALL: readonly Citation[] = [
  {
    id: 'Davison 1997',
    text: 'A. C. Davison and D. V. Hinkley. Bootstrap Methods and their Application. Cambridge University Press, 1997.',
  },
  {
    id: 'Hesterberg 2015',
    text: 'T. C. Hesterberg. What Teachers Should Know About the Bootstrap. The American Statistician 69(4), 2015.',
  },
  {
    id: 'Hyndman 1996',
    text: 'R. J. Hyndman and Y. Fan. Sample Quantiles in Statistical Packages. The American Statistician 50(4), 1996.',
  },
  {
    id: 'Kalibera 2013',
    text: 'T. Kalibera and R. Jones. Rigorous Benchmarking in Reasonable Time. ISMM 2013.',
  },
  {
    id: 'TinyVMI 2018',
    text: 'L. Ma. TinyVMI: Porting LibVMI to Mini-OS. Google Summer of Code 2018 with the Honeynet Project. Xen Project blog, 5 September 2018.',
  },
];

/** The entries that these texts name, in the order of their names. */
export function citationsIn(texts: readonly string[]): Citation[] {
  const named = [...texts.join('\n').matchAll(/\[([^[\]]+)\]/g)].flatMap(([, inside]) =>
    (inside ?? '').split(', '),
  );
  return ALL.filter(({ id }) => named.includes(id));
}
