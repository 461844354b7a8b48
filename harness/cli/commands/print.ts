/**
 * How the commands about results answer: a table on the terminal, Markdown, or one JSON document.
 */
import { answerLine, type Brief } from '../../../reports/model/brief.ts';
import { renderBriefMarkdown, renderBriefTerminal } from '../../../reports/render/brief.ts';
import { paintFor, widthOf } from '../output.ts';
import type { CommandContext } from './context.ts';

/** Prints a brief, or the document that it was made of. */
export function printBrief(
  brief: Brief,
  document: object,
  { markdown = false }: { markdown?: boolean },
  { stdout, env, json, quiet, progress }: CommandContext,
): void {
  progress.close();
  if (json) stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  else if (markdown) stdout.write(renderBriefMarkdown(brief));
  else if (quiet) stdout.write(`${answerLine(brief)}\n`);
  else stdout.write(renderBriefTerminal(brief, paintFor(stdout, env), widthOf(stdout)));
}
