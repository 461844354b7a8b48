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
  const find = (source: number, target: number, ...permissions: string[]) =>
    findDenial(LINES, { source, target, permissions });

  it('finds the denial of exactly these domains', () => {
    expect(find(3, 1, 'map_write')).toBe(LINES[2]);
    expect(find(13, 1, 'map_read')).toBe(LINES[3]);
    expect(find(3, 13, 'map_write')).toBeUndefined();
    expect(find(1, 3, 'map_write')).toBeUndefined();
  });

  it('and of what was asked for, and of nothing else', () => {
    expect(find(3, 1, 'map_read')).toBeUndefined();
    expect(find(3, 1, 'getparam', 'map_write')).toBe(LINES[2]);
    const both = LINES[2]?.replace('map_write', 'map_read map_write') ?? '';
    const refused = { source: 3, target: 1, permissions: ['map_write'] };
    expect(findDenial([both], refused)).toBe(both);
    expect(findDenial([both.replace('map_write', 'map_writes')], refused)).toBeUndefined();
  });

  it('takes no line that does not name both', () => {
    expect(find(5, 1, 'physinfo')).toBeUndefined();
  });
});
