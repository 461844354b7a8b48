/**
 * Numbers on the command line of the commands about results.
 */
import { UserError } from '../../../infra/errors.ts';

/** A margin in percent, as a part. @throws UserError of kind usage unless it is above 0 and below 100 */
export function marginOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const percent = text.trim() === '' ? Number.NaN : Number(text);
  if (percent > 0 && percent < 100) return percent / 100;
  throw new UserError(`--margin ${text}: not a percentage above 0 and below 100.`, {
    kind: 'usage',
    advice: 'For 1 %, give --margin 1.',
  });
}

/** A whole number from `least` up. @throws UserError of kind usage */
export function wholeOf(option: string, text: string, least: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new UserError(`--${option} ${text}: not a whole number from ${least} up.`, {
    kind: 'usage',
    advice: `Give --${option} a number from ${least} up.`,
  });
}
