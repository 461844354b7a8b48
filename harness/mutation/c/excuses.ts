/**
 * Mutants that no test can notice, since the program does the same with them: each with a word of why. One
 * counts for the line that it was written for, and for no other.
 */
import { readFile } from 'node:fs/promises';
import { Ajv } from 'ajv';
import { UserError } from '../../../infra/errors.ts';
import type { Mutant } from './mutant.ts';

/** An excuse: of the change `from` to `to` in the line `text` of a file. */
export type Excuse = Pick<Mutant, 'file' | 'text' | 'from' | 'to'> & { why: string };

const FIELDS = ['file', 'text', 'from', 'to', 'why'] as const;

const isExcuses = new Ajv().compile<Excuse[]>({
  type: 'array',
  items: {
    type: 'object',
    properties: Object.fromEntries(FIELDS.map((name) => [name, { type: 'string', minLength: 1 }])),
    required: FIELDS,
    additionalProperties: false,
  },
});

/** Where they are. */
export const EXCUSES_FILE = new URL('./excused.json', import.meta.url);

/** All excuses. @throws UserError when the file is not as it should be */
export async function readExcuses(file: URL | string = EXCUSES_FILE): Promise<Excuse[]> {
  const advice = `Each entry of ${file} has ${FIELDS.join(', ')}, all of them texts.`;
  let excuses: unknown;
  try {
    excuses = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new UserError(`The excuses cannot be read: ${(cause as Error).message}`, {
      advice,
      cause,
    });
  }
  if (isExcuses(excuses)) return excuses;
  const [first] = isExcuses.errors ?? [];
  throw new UserError(
    `An excuse is not as it should be: ${first?.instancePath} ${first?.message}`,
    {
      advice,
    },
  );
}

/** The excuse of a mutant. */
export function excuseOf(excuses: readonly Excuse[], mutant: Mutant): Excuse | undefined {
  return excuses.find(
    ({ file, text, from, to }) =>
      file === mutant.file && text === mutant.text && from === mutant.from && to === mutant.to,
  );
}
