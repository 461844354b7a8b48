/** Writes docs/mutation-typescript.md: npm run docs:mutation. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../../infra/errors.ts';
import { PLAIN } from '../../../reports/render/terminal.ts';
import { errorText, exitCodeOf } from '../../cli/error-text.ts';
import { mutationDocument, WANTED_PERCENT } from './document.ts';
import { scores, weigh } from './results.ts';
import { roomsOf } from './rooms.ts';
import { ROOT, readExcuses, readFound } from './store.ts';

try {
  const found = await readFound();
  if (found.size === 0) {
    throw new UserError('no mutants were tried yet', { advice: 'npm run mutate' });
  }
  const excuses = await readExcuses();
  const tried = excuses.filter(({ file }) => roomsOf(file).some((room) => found.has(room)));
  const weighed = weigh(found, tried);
  const [stale] = weighed.stale;
  if (stale !== undefined) {
    throw new UserError(
      `harness/mutation/typescript/excused.json excuses what is caught or gone: ${stale.file}, "${stale.line}" as "${stale.mutant}"`,
      { advice: 'take that entry out' },
    );
  }
  await writeFile(join(ROOT, 'docs/mutation-typescript.md'), mutationDocument(weighed));
  const low = weighed.tallies.filter((tally) => scores(tally).ofRest < WANTED_PERCENT);
  if (low.length > 0) {
    throw new UserError(
      `fewer than ${WANTED_PERCENT} % of the mutants were caught in ${low.map(({ room }) => room).join(', ')}`,
      { kind: 'failure', advice: 'write tests that notice them; the document lists them' },
    );
  }
} catch (error) {
  process.stderr.write(errorText(error, PLAIN));
  process.exitCode = exitCodeOf(error);
}
