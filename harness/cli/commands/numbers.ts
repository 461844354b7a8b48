/**
 * Numbers on the command line of the commands about results.
 */
import { UserError } from '../../../infra/errors.ts';
import type { MarginRule } from '../../compare/margins.ts';

/** A margin in percent, as a part. @throws UserError of kind usage unless it is above 0 and below 100 */
function marginOf(option: string, text: string): number {
  const percent = text.trim() === '' ? Number.NaN : Number(text);
  if (percent > 0 && percent < 100) return percent / 100;
  throw new UserError(`--margin ${option}: not a percentage above 0 and below 100.`, {
    kind: 'usage',
    advice: 'For 1 %, give --margin 1; for one arm alone, --margin minios=1.',
  });
}

/** Margins: `1`, `minios=1`, `page-walk/minios/cold=1`. @throws UserError of kind usage */
export function marginRules(texts: readonly string[]): MarginRule[] {
  return texts.map((text) => {
    const at = text.lastIndexOf('=');
    if (at < 0) return { names: [], margin: marginOf(text, text) };
    const names = text.slice(0, at).split('/');
    if (names.includes('')) return { names, margin: marginOf(text, '') };
    return { names, margin: marginOf(text, text.slice(at + 1)) };
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
