import { describe, expect, it } from 'vitest';
import { loadedFiles, prerequisites } from './linked.ts';

describe('loadedFiles', () => {
  it('reads the objects and libraries of a map', () => {
    const map = 'LOAD out/a.o\nSTART GROUP\nLOAD /usr/lib/libc.so\nEND GROUP\n.text 0x0 LOAD\n';
    expect(loadedFiles(map)).toEqual(['out/a.o', '/usr/lib/libc.so']);
  });
});

describe('prerequisites', () => {
  it('takes those of the first rule, over several lines', () => {
    const rule = 'out/a.o: a.c \\\n b.h \\\n  /usr/include/c.h\nb.h:\n/usr/include/c.h:\n';
    expect(prerequisites(rule)).toEqual(['a.c', 'b.h', '/usr/include/c.h']);
  });
});
