/**
 * The schema of report.json, applied before anything is written.
 */
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import type { ReportModel } from '../model/types.ts';

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });
const validate = ajv.compile<ReportModel>(
  JSON.parse(readFileSync(new URL('report.schema.json', import.meta.url), 'utf8')),
);

/** Why a value is no report; empty when it is one. Numbers that are none (NaN, Infinity) are reasons. */
export function reportFaults(value: unknown): string[] {
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** The same report. @throws Error when it does not fit its schema: a fault of this program */
export function demandReport(model: ReportModel): ReportModel {
  const [fault] = reportFaults(model);
  if (fault !== undefined) throw new Error(`report.json would not fit its schema: ${fault}`);
  return model;
}
