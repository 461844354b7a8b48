/**
 * Shows an imported result: what is known of its samples, on the terminal and as files beside them.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EXIT_CODES } from '../../../infra/errors.ts';
import { diagnosisBrief } from '../../../reports/model/diagnosis.ts';
import { renderBriefHtml, renderBriefMarkdown } from '../../../reports/render/brief.ts';
import { readMeasured } from '../../../results/measured.ts';
import type { CommandContext } from './context.ts';
import { diagnoseAll } from './evidence.ts';
import { printBrief } from './print.ts';

const SEED = 1;

/** Renders its report into its folder and prints it. @returns the exit code */
export async function showImported(path: string, context: CommandContext): Promise<number> {
  const measured = await readMeasured(path);
  const { id, folder } = measured;
  const diagnoses = diagnoseAll(measured, SEED);
  const brief = diagnosisBrief(id, diagnoses);
  const report = { html: join(folder, 'report.html'), markdown: join(folder, 'report.md') };
  await writeFile(report.html, renderBriefHtml(brief));
  await writeFile(report.markdown, renderBriefMarkdown(brief));
  printBrief(brief, { status: 'success', folder, report, diagnoses }, {}, context);
  return EXIT_CODES.success;
}
