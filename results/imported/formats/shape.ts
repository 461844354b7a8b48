/**
 * Looks into JSON that somebody else's tool wrote: what is not as expected is one error that says where.
 */
import { UserError } from '../../../infra/errors.ts';

/** An object of JSON. It has no property that JSON does not give it. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a value is an object of JSON. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A property that the document itself has; undefined without one. */
export function property(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** The objects of a list; undefined for what is no list of objects. */
export function objectsOf(value: unknown): JsonObject[] | undefined {
  return Array.isArray(value) && value.every(isObject) ? value : undefined;
}

/** A document that is not what its format says. */
export function shapeError(path: string, where: string, what: string, advice?: string): UserError {
  return new UserError(`${path}: ${where} ${what}.`, {
    advice: advice ?? 'Have the tool write the file again, whole.',
  });
}

/** A text that is not empty. @throws UserError */
export function textAt(path: string, value: unknown, where: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw shapeError(path, where, 'is no text');
}

/** Numbers from zero up. @throws UserError that names the first that is none */
export function costsAt(path: string, value: unknown, where: string): number[] {
  if (!Array.isArray(value)) throw shapeError(path, where, 'is no list of numbers');
  const at = value.findIndex(
    (one) => !(typeof one === 'number' && Number.isFinite(one) && one >= 0),
  );
  if (at < 0) return value as number[];
  throw shapeError(
    path,
    `${where}[${at}]`,
    `is ${JSON.stringify(value[at])}, no number from zero up`,
  );
}

/** A cell or a property that holds a number: with its number, or undefined. */
export function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}
