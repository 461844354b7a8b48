import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testTools } from '../testing/tools.ts';
import { compiledBy, demandModules, parseSaid } from './kbuild.ts';

let tree: string;

/** A tree in Linux's manner. Its rules stand in for Kbuild's: what is composite, and prefixes. */
const FILES: Readonly<Record<string, string>> = {
  config: 'CONFIG_FS=y\nCONFIG_NET=m\nCONFIG_NAME="a name"\n# CONFIG_OFF is not set\n',
  'scripts/Kbuild.include': '',
  'scripts/Makefile.lib': `
composite = $(if $($(1:.o=-y)),$($(1:.o=-y)),$(1))
below = $(addprefix $(obj)/,$(foreach o,$(filter %.o,$(1)),$(call composite,$(o))))
real-obj-y := $(call below,$(obj-y))
real-obj-m := $(call below,$(obj-m))
lib-y := $(addprefix $(obj)/,$(filter %.o,$(lib-y)))
obj-m := $(addprefix $(obj)/,$(obj-m))
`,
  Kbuild: 'obj-y += kernel/ $(ARCH_CORE)\nobj-$(CONFIG_FS) += fs/\nobj-$(CONFIG_NET) += net/\n',
  'arch/x86/Makefile': 'core-y += arch/x86/\n$(error not for the top directory)\n',
  'arch/x86/Kbuild': 'obj-y += entry.o\n',
  'arch/x86/entry.S': '',
  'kernel/Makefile': 'obj-y := fork.o made.o\nobj-$(CONFIG_OFF) += off.o\nlib-y := old.o\n',
  'kernel/fork.c': '',
  'kernel/off.c': '',
  'kernel/old.c': '',
  'fs/Makefile': 'obj-m += ext.o\next-y := inode.o file.o\n',
  'fs/inode.c': '',
  'fs/file.c': '',
  'net/Makefile': 'obj-y += never.o\nobj-m += net.o\n',
  'net/never.c': '',
  'net/net.c': '',
};

beforeAll(async () => {
  tree = await mkdtemp(join(tmpdir(), 'tinyvmi-kbuild-'));
  for (const [path, text] of Object.entries(FILES)) {
    await mkdir(dirname(join(tree, path)), { recursive: true });
    await writeFile(join(tree, path), text);
  }
});
afterAll(() => rm(tree, { recursive: true, force: true }));

describe('compiledBy', () => {
  it('follows directories, composites and the configuration', async () => {
    expect(await compiledBy(await testTools(), tree, join(tree, 'config'), {})).toEqual({
      builtin: ['arch/x86/entry.S', 'kernel/fork.c', 'kernel/old.c'],
      modules: ['fs/file.c', 'fs/inode.c', 'net/net.c'],
      ko: ['fs/ext.ko', 'net/net.ko'],
      generated: ['kernel/made.o'],
    });
  });

  it('refuses a line that is none of its own', () => {
    expect(() => parseSaid('warning: something\n')).toThrow('Kbuild says');
  });
});

describe('demandModules', () => {
  const found = { builtin: [], modules: [], ko: ['fs/ext.ko', 'net/net.ko'], generated: [] };

  it('takes the very modules of the package', () => {
    demandModules(found, 'kernel/net/net.ko\nkernel/fs/ext.ko\n');
  });

  it('names a module that only one side has', () => {
    expect(() => demandModules(found, 'kernel/net/net.ko\n')).toThrow('fs/ext.ko');
    expect(() =>
      demandModules(found, 'kernel/net/net.ko\nkernel/fs/ext.ko\nkernel/x.ko\n'),
    ).toThrow('x.ko');
  });
});
