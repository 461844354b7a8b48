/**
 * Shows an imported result: what is known of its samples, on the terminal and as a report.
 */
import { EXIT_CODES } from '../../../infra/errors.ts';
import { answerOfImported } from '../../../reports/model/answer/sets.ts';
import { diagnosisBrief } from '../../../reports/model/diagnosis.ts';
import { sampleFigures } from '../../../reports/model/samples.ts';
import { plainReport } from '../../../reports/model/sets.ts';
import { writeReport } from '../../../reports/write.ts';
import { readMeasured } from '../../../results/measured.ts';
import type { CommandContext } from './context.ts';
import { diagnoseAll, spreadAll } from './evidence.ts';
import { printBrief } from './print.ts';
import type { ShowOptions } from './show.ts';

/** Renders its report and prints it. @returns the exit code */
export async function showImported(
  path: string,
  context: CommandContext,
  { formats, out }: ShowOptions,
): Promise<number> {
  const measured = await readMeasured(path);
  const { id, folder, startedAt, digest, identity } = measured;
  const diagnoses = diagnoseAll(measured);
  const brief = diagnosisBrief(id, diagnoses);
  const [first] = measured.groups;
  const about = {
    results: [id],
    date: startedAt,
    facts: [
      { label: 'Result', value: `${id}, imported ${startedAt}, sha256 ${digest}` },
      ...Object.entries(identity).map(([label, value]) => ({ label, value })),
    ],
    figures: sampleFigures(spreadAll(measured), first?.benchmark ?? '', 'imported'),
    answer: answerOfImported(
      'What is known of these samples, which somebody else measured?',
      diagnoses,
    ),
  };
  const report = await writeReport(out ?? folder, plainReport('imported', about, brief), formats);
  printBrief(
    { ...brief, line: about.answer.line },
    { status: 'success', folder, report, diagnoses },
    {},
    context,
  );
  return EXIT_CODES.success;
}
