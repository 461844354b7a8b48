/**
 * How an error is shown: what happened, to what, and what to do next.
 */
import { EXIT_CODES, messageOf, UserError } from '../../infra/errors.ts';
import type { Paint } from '../../reports/render/terminal.ts';

/** Where to report what should never happen. */
const DEFECT = 'This is a defect of tinyvmi-bench. Please report it with the lines above.';

/** The exit code of an error. */
export function exitCodeOf(error: unknown): number {
  return error instanceof UserError ? EXIT_CODES[error.kind] : EXIT_CODES.error;
}

/** The error as text. A UserError without its stack; anything else is our defect, with it. */
export function errorText(error: unknown, paint: Paint): string {
  if (!(error instanceof UserError)) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return `${paint.bad('error')}: ${stack}\n  what to do: ${DEFECT}\n`;
  }
  const advice = error.advice === undefined ? '' : `  what to do: ${error.advice}\n`;
  return `${paint.bad(error.kind)}: ${error.message}\n${advice}`;
}

/** The error as a document, for scripts. */
export function errorJson(error: unknown): string {
  const known = error instanceof UserError;
  const document = {
    status: known ? error.kind : 'error',
    message: messageOf(error),
    advice: known ? (error.advice ?? null) : DEFECT,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
