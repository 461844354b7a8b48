/**
 * Reading what a user wrote: each value within its bounds, or one clear usage error.
 */
import type { NumberParameter } from '../../bench/benchmark.ts';
import { UserError } from '../../infra/errors.ts';

/** A number that a user may choose. */
export function bounded(
  name: string,
  meaning: string,
  value: number,
  min: number,
  max: number,
): NumberParameter {
  return { kind: 'number', name, meaning, default: value, min, max };
}

/** The error that a bad option is. */
export function usage(message: string, advice: string): UserError {
  return new UserError(message, { kind: 'usage', advice });
}

/** A whole number within its bounds; its default when nothing was written. */
export function number(parameter: NumberParameter, text: string | undefined): number {
  if (text === undefined) return parameter.default;
  const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= parameter.min && value <= parameter.max)) {
    throw usage(
      `--${parameter.name} ${text}: not a whole number from ${parameter.min} to ${parameter.max}.`,
      `Give --${parameter.name} a number from ${parameter.min} to ${parameter.max} (default ${parameter.default}).`,
    );
  }
  return value;
}

/** One of the words. */
export function oneOf<T extends string>(option: string, choices: readonly T[], text: string): T {
  const found = choices.find((choice) => choice === text);
  if (found === undefined) {
    throw usage(`${option} ${text}: not known.`, `Accepted: ${choices.join(', ')}.`);
  }
  return found;
}

/** The words that a text stands for: itself, or with a star at its end those that begin so. */
function matching<T extends string>(option: string, choices: readonly T[], text: string): T[] {
  if (!text.endsWith('*')) return [oneOf(option, choices, text)];
  const found = choices.filter((choice) => choice.startsWith(text.slice(0, -1)));
  return found.length > 0 ? found : [oneOf(option, choices, text)];
}

/** Some of the words, in their own order; all of them when nothing was written. */
export function someOf<T extends string>(
  option: string,
  choices: readonly T[],
  texts: readonly string[] | undefined,
): T[] {
  if (texts === undefined || texts.length === 0) return [...choices];
  const wanted = new Set(
    texts.flatMap((text) => text.split(',')).flatMap((text) => matching(option, choices, text)),
  );
  return choices.filter((choice) => wanted.has(choice));
}
