/** Tries the changes of one file in the order that was drawn, until it has its share. */
import { UserError } from '../../../infra/errors.ts';
import type { Tried } from './document.ts';
import type { Kept } from './kept.ts';
import { type Mutant, mutantOf, type Verdict } from './mutant.ts';
import type { Progress } from './progress.ts';
import { changed, type Site } from './sites.ts';
import type { Suite } from './suite.ts';

/** A file, and what is asked of it. */
export interface FileToTry {
  file: string;
  text: string;
  /** In the order in which they are tried. */
  sites: readonly Site[];
  /** Mutants that it is to give; fewer, when it has no more. */
  share: number;
  suite: Pick<Suite, 'ask' | 'codeOf' | 'put' | 'tests'>;
  kept: Pick<Kept, 'add' | 'of'>;
}

/**
 * Gives the mutants with their verdicts; what does not compile, or to nothing new, is none.
 * @throws UserError when the file itself does not compile
 */
export async function tryFile(
  { file, text, sites, share, suite, kept }: FileToTry,
  progress: Pick<Progress, 'told'>,
): Promise<Tried[]> {
  const isTested = await suite.tests(file);
  const codes = new Set<string>();
  let original: string | undefined;
  const judge = async (site: Site): Promise<Verdict> => {
    original ??= await originalOf({ file, text, suite });
    const code = await suite.codeOf(file, changed(text, site));
    if (code === undefined) return { outcome: 'none', by: 'it does not compile' };
    if (code === original || codes.has(code))
      return { outcome: 'same', by: 'the code is the same' };
    if (!isTested) return { outcome: 'survived', by: 'no test has the file', code };
    return { ...(await suite.ask()), code };
  };
  const tried: Tried[] = [];
  try {
    for (const site of sites) {
      if (tried.length === share) break;
      const mutant: Mutant = mutantOf(file, text, site);
      const before = kept.of(mutant);
      const verdict = before ?? (await judge(site));
      if (before === undefined) await kept.add(mutant, verdict);
      if (verdict.code !== undefined) codes.add(verdict.code);
      progress.told(mutant, verdict, before !== undefined);
      if (verdict.outcome === 'killed' || verdict.outcome === 'survived') {
        tried.push({ mutant, verdict });
      }
    }
  } finally {
    await suite.put(file, text);
  }
  return tried;
}

async function originalOf({ file, text, suite }: Pick<FileToTry, 'file' | 'text' | 'suite'>) {
  const code = await suite.codeOf(file, text);
  if (code === undefined) throw new UserError(`native/${file} does not compile by itself.`);
  return code;
}
