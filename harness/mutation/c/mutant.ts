/** One change of one file, what became of it, and how both are told. */
import { hashOf } from '../../../infra/cache/hash.ts';
import type { Kind, Site } from './sites.ts';

/** A change of a file of native/. */
export interface Mutant {
  /** From native/. */
  file: string;
  /** Of the change's first character, from 1. */
  line: number;
  /** The whole of that line, without the space around it. */
  text: string;
  kind: Kind;
  /** What stands there, and what is put instead, each in one line. */
  from: string;
  to: string;
  /** Names this change of this text of the file. */
  id: string;
}

/**
 * `killed`: a test failed, a sanitizer spoke, or the time was over. `survived`: nothing noticed.
 * `none`: it does not compile. `same`: the product's code is the same with it, or with one drawn before.
 */
export type Outcome = 'killed' | 'survived' | 'none' | 'same';

/** What became of a mutant. */
export interface Verdict {
  outcome: Outcome;
  /** What killed it, or why it is no mutant. */
  by: string;
  /** Hash of the code that the product would have by it. */
  code?: string;
}

/** The mutant that a site of a file's text makes. */
export function mutantOf(file: string, text: string, site: Site): Mutant {
  const before = text.slice(0, site.start);
  const lineStart = before.lastIndexOf('\n') + 1;
  const lineEnd = text.indexOf('\n', site.start);
  return {
    file,
    line: before.split('\n').length,
    text: text.slice(lineStart, lineEnd < 0 ? text.length : lineEnd).trim(),
    kind: site.kind,
    from: inOneLine(text.slice(site.start, site.end)),
    to: inOneLine(site.to),
    id: hashOf(JSON.stringify([file, text, site.start, site.end, site.to])).slice(0, 16),
  };
}

function inOneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** Where it is and what is changed, in one line. */
export function tell({ file, line, kind, from, to }: Mutant): string {
  return `${file}:${line}: ${kind}: ${from} -> ${to}`;
}

/** The room that a file stands in: its folder, from native/. */
export function roomOf(file: string): string {
  const folders = file.split('/').slice(0, -1);
  return folders.slice(0, folders[0] === 'platform' ? 2 : 1).join('/');
}
