/**
 * What the documents say of the calibration, out of the one file that has it.
 */
import { publishedCalibration } from '../../harness/calibrate/published.ts';
import { calibrationBrief, calibrationFigures } from '../model/calibration.ts';
import { renderBriefMarkdown } from '../render/brief.ts';

/** The parts of docs/calibration.md and of docs/statistics.md. */
export function calibrationParts(): Record<'tables' | 'figures', Record<string, string>> {
  const calibration = publishedCalibration();
  return {
    tables: { calibration: renderBriefMarkdown(calibrationBrief(calibration)) },
    figures: { calibration: calibrationFigures(calibration) },
  };
}
