/**
 * A short report on one question, as data: some sentences and some tables.
 */
import type { Column, Table } from './types.ts';

/** A sentence, and whether it is good news, bad news, or neither. */
export interface Sentence {
  tone: 'good' | 'bad' | 'plain';
  text: string;
}

/** A short report. */
export interface Brief {
  title: string;
  /** What it comes to where `line` is absent; absent, too: its first sentence. */
  answer?: string;
  sentences: Sentence[];
  /** Tables without rows are left out when it is rendered. */
  tables: Table[];
  /** How to read it. */
  notes: string[];
  /** What it comes to, on one line of at most 200 characters: the last one on a terminal. */
  line?: string;
}

/** What a short report comes to, in one line. */
export function answerLine({ title, line, answer, sentences: [first] }: Brief): string {
  return line ?? answer ?? first?.text ?? title;
}

/** A column of words. */
export function left(label: string): Column {
  return { label, align: 'left' };
}

/** A column of numbers. */
export function right(label: string): Column {
  return { label, align: 'right' };
}

/** A number with that many decimals, and no sign before a zero. */
export function fixed(value: number, digits: number): string {
  return value.toFixed(digits).replace(/^-(?=0\.?0*$)/, '');
}
