/**
 * Lines of the code of an arm, part by part, by the rule.
 */
import { createHash } from 'node:crypto';
import picomatch from 'picomatch';
import type { CodePart } from '../../../bench/code-size/parts.ts';
import type { CodeSource, CountingRule, PartRule } from '../../../bench/code-size/rule.ts';
import type { CodeBase, HashedFile } from '../../../infra/code/code-base.ts';
import type { Selection } from '../../../infra/code/counts.ts';
import type { FileSet, TreeName } from '../../../infra/code/trees.ts';
import { messageOf, UserError } from '../../../infra/errors.ts';

/** Digits that are shown of a list's SHA-256. */
const SHOWN_DIGITS = 16;

/** Lines of a part: physical ones, and those of code. */
export interface PartLines {
  part: CodePart;
  /** Whether it is in the total. */
  counts: boolean;
  lines: number;
  code: number;
  /** Where they come from, how many files, and the hash of their list. */
  detail: string;
  /** Present when they are not of the version that Dom0 has: both, in words. */
  otherVersion?: string;
}

/** A part that could not be counted. */
export interface UncountedPart {
  part: CodePart;
  counts: boolean;
  reason: string;
}

/** The program of native/ that is the introspector of an arm. */
const PROGRAMS = { dom0: 'introspector', minios: 'minios' } as const;

/** An arm that has code of its own. */
export type CodeArm = keyof typeof PROGRAMS;

/** Trees and the files of them, by the rule's words. */
const TREES_OF: Readonly<Record<Exclude<CodeSource, 'build'>, { tree: TreeName; set: FileSet }>> = {
  linux: { tree: 'linux', set: 'all' },
  'linux-builtin': { tree: 'linux', set: 'builtin' },
  'linux-modules': { tree: 'linux', set: 'modules' },
  xen: { tree: 'xen', set: 'all' },
  glibc: { tree: 'glibc', set: 'all' },
};

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/**
 * Files of a build by the part that they belong to.
 * @throws UserError when the rule has no part for a file
 */
export function partsOfBuild(
  files: readonly HashedFile[],
  arm: CodeArm,
  rule: CountingRule,
): Map<PartRule, HashedFile[]> {
  const parts = rule.parts
    .filter(({ arms, from }) => from === 'build' && arms.includes(arm))
    .map((part) => ({ part, takes: picomatch(part.include, { ignore: part.exclude }) }));
  const found = new Map<PartRule, HashedFile[]>(parts.map(({ part }) => [part, []]));
  for (const file of files.filter(({ language }) => rule.languages.includes(language))) {
    const owner = parts.find(({ takes }) => takes(file.path));
    if (owner === undefined) {
      throw new UserError(
        `The counting rule ${rule.name} has no part of ${arm} for ${file.path}.`,
        {
          kind: 'usage',
          advice: 'Add a part, or a glob to one; parts that are not to count have "counts": false.',
        },
      );
    }
    found.get(owner.part)?.push(file);
  }
  return found;
}

/** Names a list of files with their hashes, as sha256sum(1) prints it: the beginning of its SHA-256. */
function listOf(files: readonly HashedFile[]): string {
  const lines = files.map(({ sha256, path }) => `${sha256}  ${path}\n`);
  return createHash('sha256').update(lines.join('')).digest('hex').slice(0, SHOWN_DIGITS);
}

async function linesOfBuild(
  codeBase: CodeBase,
  arm: CodeArm,
  rule: CountingRule,
  signal: AbortSignal,
): Promise<PartLines[]> {
  const parts = partsOfBuild(await codeBase.linked(PROGRAMS[arm], signal), arm, rule);
  return [...parts].map(([{ part, counts }, files]) => ({
    part,
    counts,
    lines: sum(files.map(({ blank, comment, code }) => blank + comment + code)),
    code: sum(files.map(({ code }) => code)),
    detail: `${files.length} files that the build of ${PROGRAMS[arm]} read, list ${listOf(files)}`,
  }));
}

function selectionOf({ part, from, include, exclude }: PartRule, rule: CountingRule): Selection {
  const { set } = TREES_OF[from as keyof typeof TREES_OF];
  return { name: part, set, include, exclude, languages: rule.languages };
}

/** Lines of what comes from one tree; of a tree that cannot be counted, why. */
async function linesOfTree(
  codeBase: CodeBase,
  tree: TreeName,
  parts: readonly PartRule[],
  rule: CountingRule,
  options: { recount: boolean; signal: AbortSignal },
): Promise<{ counted: PartLines[]; uncounted: UncountedPart[] }> {
  const selections = parts.map((part) => selectionOf(part, rule));
  try {
    const { origin, how, counts, insteadOf } = await codeBase.counted(tree, selections, options);
    const counted = parts.map(({ part, counts: inTotal }) => {
      const found = counts[part];
      if (found === undefined) throw new Error(`no counts of ${part}`);
      const { files, blank, comment, code, list } = found;
      const detail = `${origin}, ${files} files, list ${list.slice(0, SHOWN_DIGITS)}, ${how}`;
      return {
        ...{ part, counts: inTotal, lines: blank + comment + code, code, detail },
        ...(insteadOf === undefined
          ? {}
          : { otherVersion: `of ${origin}, while this Dom0 has ${insteadOf}` }),
      };
    });
    return { counted, uncounted: [] };
  } catch (error) {
    if (!(error instanceof UserError) || error.kind === 'failure' || options.signal.aborted) {
      throw error;
    }
    const [first = ''] = messageOf(error).split('\n');
    const reason = first.replace(/:$/, '');
    return { counted: [], uncounted: parts.map(({ part, counts }) => ({ part, counts, reason })) };
  }
}

/**
 * Lines of every part of an arm.
 * @throws UserError when the rule does not fit the files, or committed counts are wrong
 */
export async function linesOf(
  codeBase: CodeBase,
  arm: CodeArm,
  rule: CountingRule,
  options: { recount: boolean; signal: AbortSignal },
): Promise<{ counted: PartLines[]; uncounted: UncountedPart[] }> {
  const counted = await linesOfBuild(codeBase, arm, rule, options.signal);
  const uncounted: UncountedPart[] = [];
  const others = rule.parts.filter(({ arms, from }) => from !== 'build' && arms.includes(arm));
  const trees = new Set(others.map(({ from }) => TREES_OF[from as keyof typeof TREES_OF].tree));
  for (const tree of trees) {
    const own = others.filter(({ from }) => TREES_OF[from as keyof typeof TREES_OF].tree === tree);
    const found = await linesOfTree(codeBase, tree, own, rule, options);
    counted.push(...found.counted);
    uncounted.push(...found.uncounted);
  }
  return { counted, uncounted };
}
