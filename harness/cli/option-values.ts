/**
 * What an option takes, beside its text: for completion. Whether a value is right is decided where it is read.
 */
import type { Option } from 'commander';

const VALUES = new WeakMap<Option, readonly string[]>();

/** The option, known to take one of these values, or several with commas between them. */
export function taking(option: Option, values: readonly string[]): Option {
  VALUES.set(option, values);
  return option;
}

/** The values that an option is known to take; empty where they cannot be listed. */
export function valuesOf(option: Option): readonly string[] {
  return VALUES.get(option) ?? option.argChoices ?? [];
}
