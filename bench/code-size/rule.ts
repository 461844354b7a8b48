/**
 * What is counted as code of an arm, as data. A user may give a rule of the same shape.
 */
import type { Arm } from '../words.ts';
import type { CodePart } from './index.ts';

/** Where files come from: those that the build of the arm's introspector read. */
export type CodeSource = 'linked';

/** A part of an arm's code. */
export interface PartRule {
  part: CodePart;
  arms: Arm[];
  from: CodeSource;
  /** Globs of paths; a file belongs to the first part of its source that takes it. */
  include: string[];
  /** Whether it is in the total. */
  counts: boolean;
  why: string;
}

/** What is counted, and why. */
export interface CountingRule {
  name: string;
  /** Names of languages, as cloc has them; files in others are not counted. */
  languages: string[];
  parts: PartRule[];
}

/** The rule of the suite. */
export const DEFAULT_RULE: CountingRule = {
  name: 'default',
  languages: ['C', 'C/C++ Header', 'Assembly'],
  parts: [
    {
      part: 'kernel',
      arms: ['minios'],
      from: 'linked',
      include: ['native/minios/**'],
      counts: true,
      why: 'the kernel that the domain runs',
    },
    {
      part: 'library',
      arms: ['minios', 'dom0'],
      from: 'linked',
      include: ['native/vmi/**', 'native/include/**', 'native/platform/**'],
      counts: true,
      why: 'the introspection library and its platform',
    },
    {
      part: 'introspector',
      arms: ['minios', 'dom0'],
      from: 'linked',
      include: ['native/workloads/**', 'native/introspector/**'],
      counts: true,
      why: 'the workloads, and what takes jobs and writes records',
    },
    {
      part: 'xen-headers',
      arms: ['minios', 'dom0'],
      from: 'linked',
      include: ['/usr/include/xen/**'],
      counts: false,
      why: "Xen's public interface: the hypervisor's declarations, whatever runs on it",
    },
    {
      part: 'c-headers',
      arms: ['minios', 'dom0'],
      from: 'linked',
      include: ['/usr/**'],
      counts: false,
      why: 'declarations of the compiler and the C library',
    },
  ],
};
