/** Writes docs/exit-codes.md: npm run docs:exit-codes. */
import { writeFile } from 'node:fs/promises';
import { exitCodeDocument } from './endings.ts';
import { type Actions, makeProgram } from './program.ts';

const DOCUMENT = new URL('../../docs/exit-codes.md', import.meta.url);

await writeFile(DOCUMENT, exitCodeDocument(makeProgram({} as Actions, () => {})));
