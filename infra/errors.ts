/**
 * Errors that a user sees: what happened, to what, and what to do next, composed in one place.
 */

/** How a run can end without success, and the exit code of each. */
export const EXIT_CODES = {
  success: 0,
  failure: 1,
  error: 2,
  usage: 64,
  skipped: 77,
  interrupted: 130,
  crash: 70,
} as const;

/** The ways in which a run, or a command, ends unwell. */
export type ErrorKind = Exclude<keyof typeof EXIT_CODES, 'success'>;

/**
 * An error to be shown as it is, without a stack.
 * `error`: our side or the machine broke. `failure`: what is measured is wrong. `usage`: bad input.
 */
export class UserError extends Error {
  readonly kind: ErrorKind;
  /** What to do next: a command or a sentence. */
  readonly advice: string | undefined;

  constructor(
    message: string,
    options: { kind?: ErrorKind; advice?: string; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'UserError';
    this.kind = options.kind ?? 'error';
    this.advice = options.advice;
  }
}

/** Whether another attempt may end otherwise. What is measured wrong, or asked wrong, stays so. */
export function isWorthAnotherTry(error: unknown): boolean {
  return !(error instanceof UserError) || error.kind === 'error' || error.kind === 'crash';
}

/** What happened and what to do next, as one text: for results, which keep a reason as one. */
export function withAdvice({ message, advice }: UserError): string {
  if (advice === undefined) return message;
  const sentence = /[.!?]$/.test(message) ? message : `${message}.`;
  return `${sentence} What to do: ${advice}`;
}

/** What was thrown, in words. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
