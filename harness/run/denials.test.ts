import { describe, expect, it } from 'vitest';
import { findDenial, linesSince } from './denials.ts';

const LINES = [
  '(XEN) Brought up 1 CPUs',
  '(XEN) avc:  granted  { map_read } for source=d3 target=d1 scontext=a tcontext=b tclass=mmu',
  '(XEN) avc:  denied  { map_write } for source=d3 target=d1 scontext=a tcontext=b tclass=mmu',
  '(XEN) avc:  denied  { map_read } for source=d13 target=d1 scontext=a tcontext=b tclass=mmu',
  '(XEN) avc:  denied  { physinfo } for current=d5 scontext=a tcontext=b tclass=xen',
];

describe('linesSince', () => {
  it.each([
    ['nothing came', ['a', 'b'], ['a', 'b'], []],
    ['the ring has room', ['a', 'b'], ['a', 'b', 'c'], ['c']],
    ['a new line pushed an old one out', ['a', 'b'], ['b', 'c'], ['c']],
    ['all of them are new', ['a', 'b'], ['c', 'd', 'e'], ['c', 'd', 'e']],
    ['old ones went, none came', ['a', 'b'], ['b'], []],
    ['there were none', [], ['a'], ['a']],
  ])('tells new lines by what they say: %s', (_case, before, after, since) => {
    expect(linesSince(before, after)).toEqual(since);
  });
});

describe('findDenial', () => {
  it('finds the denial of exactly these domains', () => {
    expect(findDenial(LINES, 3, 1)).toBe(LINES[2]);
    expect(findDenial(LINES, 13, 1)).toBe(LINES[3]);
    expect(findDenial(LINES, 3, 13)).toBeUndefined();
    expect(findDenial(LINES, 1, 3)).toBeUndefined();
  });

  it('takes a line that names only the domain that asked', () => {
    expect(findDenial(LINES, 5, 1)).toBe(LINES[4]);
  });
});
