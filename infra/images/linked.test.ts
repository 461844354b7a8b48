import { describe, expect, it } from 'vitest';
import { loadedFiles, objectsIn, prerequisites } from './linked.ts';

describe('loadedFiles', () => {
  it('reads the objects and libraries of a map', () => {
    const map = 'LOAD out/a.o\nSTART GROUP\nLOAD /usr/lib/libc.so\nEND GROUP\n.text 0x0 LOAD\n';
    expect(loadedFiles(map)).toEqual(['out/a.o', '/usr/lib/libc.so']);
  });
});

describe('objectsIn', () => {
  it('takes objects with a section that has a place, not those that were thrown out', () => {
    const map = [
      'Discarded input sections',
      '',
      ' .text.unused   0x0000000000700100       0x45 out/objects/gone.o',
      '',
      'Linker script and memory map',
      '',
      'LOAD out/objects/gone.o',
      ' .text.used     0x0000000000700100       0x45 out/objects/a.o',
      ' .text.with_a_long_name',
      '                0x0000000000700145       0x10 out/objects/b.o',
      ' .rodata        0x0000000000700145       0x10 out/objects/a.o',
      ' .bss           0x0000000000700155        0x0 out/objects/empty.o',
      ' .debug_info    0x0000000000000000      0x1d6 out/objects/debug.o',
      '                0x0000000000700145                symbol',
    ].join('\n');
    expect(objectsIn(map)).toEqual(['out/objects/a.o', 'out/objects/b.o']);
  });
});

describe('prerequisites', () => {
  it('takes those of the first rule, over several lines', () => {
    const rule = 'out/a.o: a.c \\\n b.h \\\n  /usr/include/c.h\nb.h:\n/usr/include/c.h:\n';
    expect(prerequisites(rule)).toEqual(['a.c', 'b.h', '/usr/include/c.h']);
  });
});
