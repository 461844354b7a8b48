/**
 * Shows an imported result: what is known of its samples, on the terminal and as a report.
 */
import { EXIT_CODES } from '../../../infra/errors.ts';
import { answerOfImported } from '../../../reports/model/answer/sets.ts';
import { diagnosisBrief } from '../../../reports/model/diagnosis.ts';
import { formatNumber } from '../../../reports/model/format.ts';
import { sampleFigures } from '../../../reports/model/samples.ts';
import { plainReport } from '../../../reports/model/sets.ts';
import { writeReport } from '../../../reports/write.ts';
import { readImported } from '../../../results/imported/read.ts';
import { readMeasured } from '../../../results/measured.ts';
import type { CommandContext } from './context.ts';
import { diagnoseAll, perOfAll, spreadAll } from './evidence.ts';
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
  const brief = diagnosisBrief(id, diagnoses, perOfAll(diagnoses));
  const [first] = measured.groups;
  const {
    source,
    furtherSources = [],
    leftOut = [],
    warnings = [],
  } = (await readImported(path)).imported;
  const about = {
    results: [id],
    date: startedAt,
    facts: [
      { label: 'Result', value: `${id}, imported ${startedAt}, sha256 ${digest}` },
      ...[source, ...furtherSources].map(({ name, bytes, sha256 }) => ({
        label: 'File',
        value: `${name}, ${formatNumber(bytes)} bytes, sha256 ${sha256}`,
      })),
      ...(source.format === undefined ? [] : [{ label: 'Format', value: source.format }]),
      ...leftOut.map(({ what, rows, names }) => ({
        label: 'Left out',
        value: `${formatNumber(rows)}: ${what} (${names.join(', ')})`,
      })),
      ...warnings.map((value) => ({ label: 'To be known', value })),
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
