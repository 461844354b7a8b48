/**
 * What is counted as code of an arm, as data: rule.json is the suite's own, and a user may give another
 * of the same shape.
 */
import { readFileSync } from 'node:fs';
import type { CodePart } from './parts.ts';

/**
 * Where files come from. `build`: those that the build of the arm's introspector read. `linux`: the
 * source of the kernel that is booted; `linux-builtin` and `linux-modules`: what its configuration
 * compiles of it. `xen`, `glibc`: the source packages of Dom0's libraries.
 */
export const CODE_SOURCES = [
  'build',
  'linux',
  'linux-builtin',
  'linux-modules',
  'xen',
  'glibc',
] as const;

/** One of them. */
export type CodeSource = (typeof CODE_SOURCES)[number];

/** A part of the code of some arms. */
export interface PartRule {
  part: CodePart;
  arms: ('dom0' | 'minios')[];
  from: CodeSource;
  /** Globs of paths. A file of a build belongs to the first part that takes it. */
  include: string[];
  /** Globs of paths that are left out again. */
  exclude: string[];
  /** Whether it is in the total. */
  counts: boolean;
  why: string;
}

/** What is counted, and why. */
export interface CountingRule {
  name: string;
  /** Names of languages, as cloc has them. Files in others are not counted. */
  languages: string[];
  parts: PartRule[];
}

/** The rule of the suite. */
export const SUITE_RULE = JSON.parse(
  readFileSync(new URL('rule.json', import.meta.url), 'utf8'),
) as CountingRule;
