/**
 * A code base without a compiler, for tests of the runner: a few files of each program.
 */
import type { CodeBase, HashedFile } from '../../../infra/code/code-base.ts';

function file(path: string, language: string, code: number): HashedFile {
  return { path, language, blank: 1, comment: 2, code, sha256: '0'.repeat(64) };
}

const SHARED = [
  file('/usr/include/stdint.h', 'C/C++ Header', 50),
  file('/usr/include/xen/xen.h', 'C/C++ Header', 300),
  file('native/introspector/run.c', 'C', 40),
  file('native/vmi/walk.c', 'C', 100),
];

/** Files and figures that are made up. */
export const fakeCodeBase: CodeBase = {
  linked: async (program) =>
    program === 'minios' ? [...SHARED, file('native/minios/entry.S', 'Assembly', 60)] : SHARED,
  counted: async (tree, selections) => ({
    key: '0',
    rule: '0',
    origin: `${tree} 1`,
    counter: 'cloc 1',
    how: 'committed with the suite',
    counts: Object.fromEntries(
      selections.map(({ name }) => [
        name,
        { files: 10, blank: 100, comment: 200, code: 1000, list: '0'.repeat(64) },
      ]),
    ),
  }),
  minios: async () => ({ text: 70_000, data: 1000, hypercalls: [1, 2, 26], systemCalls: 0 }),
  dom0Kernel: async (modules) => ({
    kernel: { text: 20_000_000, data: 3_000_000 },
    modules: modules.map(() => ({ text: 10_000, data: 1000 })),
  }),
  hypercalls: async () => Array.from({ length: 40 }, (_, number) => number),
};
