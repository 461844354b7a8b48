/**
 * Counts of whole source trees: made once for each version and selection and kept in the cache, or
 * taken from the counts that are committed beside this file.
 *
 * An entry, and a committed file, has `counts.json` (type `TreeCount`), and for each selection the list
 * of its files with their hashes, `<name>.sha256`, as sha256sum(1) prints it: the hash of that list is in
 * the counts, so that whoever has the tree can check both.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import picomatch from 'picomatch';
import type { BuildContext, Cache, Recipe } from '../cache/cache.ts';
import { fileOf } from '../cache/cache.ts';
import { hashFile, hashInputs, hashOf } from '../cache/hash.ts';
import { UserError } from '../errors.ts';
import { CLOC_VERSION, countFiles } from './cloc.ts';
import type { FileSet, SourceTree, TreeName } from './trees.ts';

const RECIPE_VERSION = '1';

/** Files of a tree that are counted together. */
export interface Selection {
  name: string;
  set: FileSet;
  /** Globs of paths in the tree. */
  include: readonly string[];
  /** Globs of paths that are left out again. */
  exclude: readonly string[];
  /** Names of languages, as cloc has them. */
  languages: readonly string[];
}

/** Lines of a selection. */
export interface SelectionCount {
  files: number;
  blank: number;
  comment: number;
  code: number;
  /** SHA-256 of the list of files with their hashes. */
  list: string;
}

/** Counts of a tree. */
export interface TreeCount {
  /** Names the tree's version and the rule: counts of the same key are the same. */
  key: string;
  /** Names the selections and the counter: counts of the same rule, of other versions, are of a kind. */
  rule: string;
  /** Package and version. */
  origin: string;
  counter: string;
  counts: Record<string, SelectionCount>;
}

/** Suffixes of files that can be in a language that is counted; cloc looks at no other. */
const SUFFIXES = /\.(c|h|S|s|cc|cpp|hpp|inc|rs)$/;

/** Counts one selection, and writes its list. */
async function countSelection(
  { name, set, include, exclude, languages }: Selection,
  tree: string,
  source: SourceTree,
  out: string,
  context: BuildContext,
): Promise<SelectionCount> {
  const { progress, signal, scratch } = context;
  const wanted = picomatch([...include], { ignore: [...exclude] });
  const all = await source.files(set, tree, context);
  const paths = all.filter((path) => SUFFIXES.test(path) && wanted(path));
  progress.detail(`counting ${name}: ${paths.length} files`);
  const counted = (await countFiles(paths, { folder: tree, scratch, signal })).filter(
    ({ language }) => languages.includes(language),
  );
  const lines: string[] = [];
  const sums = { files: counted.length, blank: 0, comment: 0, code: 0 };
  for (const { path, blank, comment, code } of counted) {
    lines.push(`${await hashFile(join(tree, path))}  ${path}\n`);
    sums.blank += blank;
    sums.comment += comment;
    sums.code += code;
  }
  const list = lines.join('');
  await writeFile(join(out, `${name}.sha256`), list);
  return { ...sums, list: hashOf(list) };
}

/** Folder of the counts that are committed. */
const COMMITTED = new URL('counts/', import.meta.url);

/** Digits of a rule's hash. */
const RULE_DIGITS = 16;

/** What decides how a tree is counted, whichever it is. */
function ruleOf(selections: readonly Selection[]): Record<string, string> {
  return {
    counter: CLOC_VERSION,
    selections: JSON.stringify(selections),
    recipe: RECIPE_VERSION,
  };
}

/** How to count a tree. */
function countsRecipe(
  cache: Cache,
  name: TreeName,
  source: SourceTree,
  selections: readonly Selection[],
): Recipe {
  const rule = ruleOf(selections);
  const recipe = { name: `lines-${name}`, inputs: { ...source.inputs, ...rule } };
  return {
    ...recipe,
    doing: `counting the lines of ${source.origin}`,
    async build(out, context) {
      const tree = await source.unpack(context);
      const counts: Record<string, SelectionCount> = {};
      for (const selection of selections) {
        counts[selection.name] = await countSelection(selection, tree, source, out, context);
      }
      const result: TreeCount = {
        key: cache.keyOf(recipe),
        rule: hashInputs(rule).slice(0, RULE_DIGITS),
        origin: source.origin,
        counter: CLOC_VERSION,
        counts,
      };
      await writeFile(join(out, 'counts.json'), `${JSON.stringify(result, undefined, 2)}\n`);
    },
  };
}

async function readCount(path: string | URL): Promise<TreeCount | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as TreeCount);
}

/** Counts with where they come from. */
export interface KnownCount extends TreeCount {
  how: 'counted on this machine' | 'committed with the suite';
  /** Present when they are of another version of the package than this one, which Dom0 has. */
  insteadOf?: string;
}

/** @throws UserError when counts of one key are not the same */
function demandSame(committed: TreeCount, counted: TreeCount): void {
  for (const [name, count] of Object.entries(counted.counts)) {
    const other = committed.counts[name];
    if (JSON.stringify(other) === JSON.stringify(count)) continue;
    const what = other?.list === count.list ? 'its lines are' : 'its list of files is';
    throw new UserError(
      `The committed counts of ${counted.origin} are wrong in ${name}: ${what} not what was counted now.`,
      { kind: 'failure', advice: `Look at infra/code/counts/, key ${counted.key}.` },
    );
  }
}

/**
 * Counts of a tree: from the cache, else the committed ones, else counted now when that is asked for.
 * Archives move on to newer versions of a package: then the committed counts of the version before are
 * given, and say so.
 * @param options.recount count, whatever is committed, and hold the committed counts to it
 * @throws UserError `skipped` when they are not known and are not to be counted; `failure` when
 * committed counts are wrong
 */
export async function countsOf(
  cache: Cache,
  name: TreeName,
  source: SourceTree,
  selections: readonly Selection[],
  {
    recount,
    signal,
    folder = COMMITTED,
  }: { recount: boolean; signal?: AbortSignal | undefined; folder?: URL },
): Promise<KnownCount> {
  const recipe = countsRecipe(cache, name, source, selections);
  const key = cache.keyOf(recipe);
  const file = await readCount(new URL(`${name}.json`, folder));
  const committed = file?.key === key ? file : undefined;
  const ready = recount ? await cache.entry(recipe, signal) : await cache.peek(recipe);
  if (ready !== undefined) {
    const counted = (await readCount(fileOf(ready, 'counts.json'))) as TreeCount;
    if (committed !== undefined) demandSame(committed, counted);
    return { ...counted, how: 'counted on this machine' };
  }
  if (committed !== undefined) return { ...committed, how: 'committed with the suite' };
  const rule = hashInputs(ruleOf(selections)).slice(0, RULE_DIGITS);
  if (file?.rule === rule && packageOf(file.origin) === packageOf(source.origin)) {
    return { ...file, how: 'committed with the suite', insteadOf: source.origin };
  }
  const why =
    file === undefined || packageOf(file.origin) === packageOf(source.origin)
      ? `the counting rule is another than that of the committed counts of ${source.origin}`
      : `the committed counts are of ${file.origin}, and this Dom0 has ${source.origin}`;
  throw new UserError(`${why}; --recount downloads and counts it, which takes minutes`, {
    kind: 'skipped',
  });
}

/** The package that an origin names beside its version. */
function packageOf(origin: string): string {
  return origin.split(' ', 1)[0] ?? '';
}
