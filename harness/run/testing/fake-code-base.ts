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

/** Files with made-up counts. */
export const fakeCodeBase: CodeBase = {
  linked: async (program) =>
    program === 'minios' ? [...SHARED, file('native/minios/entry.S', 'Assembly', 60)] : SHARED,
};
