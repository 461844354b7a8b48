/**
 * An answer from its parts.
 */
import type { Caveat } from '../../../bench/answer.ts';
import type { Answer, Figure, ReportModel } from '../types.ts';
import { lineOf, oneLine } from './line.ts';

/** What is said. */
export interface Said {
  /** The same answer, from the fullest to the shortest. */
  sentences: readonly string[];
  /** The one that matters most in front. */
  caveats: readonly Caveat[];
  /** Figures that show it, the best in front. */
  figures: readonly string[];
}

/** The answer to this question. */
export function answerFrom(question: string, { sentences, caveats, figures }: Said): Answer {
  return {
    question,
    answer: oneLine(sentences[0] ?? ''),
    caveat: caveats.map(({ text }) => text).join(' '),
    line: lineOf(sentences, caveats),
    figures: [...figures],
  };
}

/** The figure that shows the answer: the best that the report has, or its first; undefined: it has none. */
export function mainFigureOf({ answer, figures, further }: ReportModel): Figure | undefined {
  const all = [...figures, ...further.flatMap((section) => section.figures)];
  const named = answer.figures.flatMap((id) => all.filter((figure) => figure.id === id));
  return named[0] ?? all[0];
}
