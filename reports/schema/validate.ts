/**
 * The schema of report.json, applied before anything is written.
 */
import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import type { ReportModel } from '../model/types.ts';

/** Read at once, so that a long run ends with the schema that it began with. */
const text = readFileSync(new URL('report.schema.json', import.meta.url), 'utf8');
let compiled: ValidateFunction<ReportModel> | undefined;

/** The compiled schema: only a command that writes a report needs it. */
function validator(): ValidateFunction<ReportModel> {
  const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });
  compiled ??= ajv.compile<ReportModel>(JSON.parse(text));
  return compiled;
}

/** Why a value is no report; empty when it is one. Numbers that are none (NaN, Infinity) are reasons. */
export function reportFaults(value: unknown): string[] {
  const validate = validator();
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** The same report. @throws Error when it does not fit its schema: a fault of this program */
export function demandReport(model: ReportModel): ReportModel {
  const [fault] = reportFaults(model);
  if (fault !== undefined) throw new Error(`report.json would not fit its schema: ${fault}`);
  return model;
}
