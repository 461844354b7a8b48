/** `npm run mutate:c`: options, and the way from the files to the document. */
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, CommanderError } from 'commander';
import picomatch from 'picomatch';
import { Cache } from '../../../infra/cache/cache.ts';
import { filesBelow, hashFolder } from '../../../infra/cache/hash.ts';
import { cacheRoot } from '../../../infra/cache/root.ts';
import { EXIT_CODES, UserError } from '../../../infra/errors.ts';
import { makeFolder } from '../../../infra/files/make-folder.ts';
import { NATIVE_FOLDER } from '../../../infra/images/native.ts';
import { SILENT } from '../../../infra/testing/silent.ts';
import { findTools } from '../../../infra/tools/tools.ts';
import { PLAIN } from '../../../reports/render/terminal.ts';
import { wholeOf } from '../../cli/commands/numbers.ts';
import { errorText, exitCodeOf } from '../../cli/error-text.ts';
import { onInterrupt } from '../../cli/signals.ts';
import { here } from '../../speed/sides.ts';
import { documentOf, type Result, scoreTable, type Tried, wrongExcuses } from './document.ts';
import { inDrawnOrder, randomOf, sharesOf } from './draw.ts';
import { readExcuses } from './excuses.ts';
import { type Ground, Kept } from './kept.ts';
import { Progress } from './progress.ts';
import { sitesOf } from './sites.ts';
import { Suite } from './suite.ts';
import { tryFile } from './try-file.ts';

const DOCUMENT = fileURLToPath(new URL('../../../docs/mutation.md', import.meta.url));

/** Rooms of the product whether or not a test has their files. */
const ROOMS = ['introspector', 'minios', 'platform', 'vmi', 'workloads'];
/** Those that count as far as a test program has their files: a program of its own each, run on a host of Xen. */
const TESTED_ROOMS = ['attendant', 'linux-domain', 'target'];
/** What the product is built by, beside its C files: headers, and what has the compiler's options. */
const BUILD = /\.(?:h|lds|S)$|^Makefile$|^minios\/minios\.mk$/;
/** Files that are no product. */
const TESTS = /(?:^|\/)tests?(?:\/|\.c$)/;

interface Options {
  files?: string[];
  number: string;
  seed: string;
  folder: string;
}

const say = (text: string) => void process.stderr.write(`${text}\n`);

/** A file of the product. */
interface Source {
  file: string;
  text: string;
  lines: number;
}

const linesOf = (text: string) => text.split('\n').length - 1;

/** The files that are drawn from. */
async function sourcesOf(suite: Suite): Promise<Source[]> {
  const files = (await filesBelow(NATIVE_FOLDER)).filter(
    (file) => file.endsWith('.c') && !TESTS.test(file),
  );
  const sources: Source[] = [];
  for (const file of files) {
    const [room = ''] = file.split('/');
    const isProduct = ROOMS.includes(room);
    if (!isProduct && !(TESTED_ROOMS.includes(room) && (await suite.tests(file)))) continue;
    const text = await readFile(join(NATIVE_FOLDER, file), 'utf8');
    sources.push({ file, text, lines: linesOf(text) });
  }
  return sources;
}

async function groundOf(): Promise<Ground> {
  const isTest = (path: string) => TESTS.test(path);
  const isBuild = (path: string) => !isTest(path) && BUILD.test(path);
  return {
    build: await hashFolder(NATIVE_FOLDER, (path) => !isBuild(path)),
    tests: await hashFolder(NATIVE_FOLDER, (path) => !isTest(path)),
  };
}

async function mutate(options: Options, signal: AbortSignal): Promise<Result> {
  const seed = wholeOf('seed', options.seed, 0);
  const number = wholeOf('number', options.number, 1);
  const isAsked = options.files === undefined ? () => true : picomatch(options.files);
  const excuses = await readExcuses();
  const folder = resolve(options.folder);
  await makeFolder(folder);
  const kept = await Kept.open(join(folder, 'verdicts.jsonl'), await groundOf());
  const at = await here();
  say(`building the tests, and running them as they are; verdicts are kept in ${folder}`);
  const tools = await findTools(new Cache(cacheRoot(), SILENT), signal);
  const suite = await Suite.open(tools, signal);
  try {
    const all = await sourcesOf(suite);
    const shares = sharesOf(
      all.map(({ lines }) => lines),
      number,
    );
    const asked = all
      .map((source, i) => ({ ...source, share: shares[i] ?? 0 }))
      .filter(({ file }) => isAsked(file));
    if (asked.length === 0) {
      throw new UserError(`--files ${options.files?.join(' ')}: no C file of the product.`, {
        kind: 'usage',
        advice: "Give names from native/ on, or patterns of them: --files 'vmi/*.c'.",
      });
    }
    const progress = new Progress(
      asked.reduce((sum, { share }) => sum + share, 0),
      say,
    );
    const tried: Tried[] = [];
    for (const { file, text, share } of asked) {
      const sites = inDrawnOrder(await sitesOf(text), randomOf(seed, file));
      tried.push(...(await tryFile({ file, text, sites, share, suite, kept }, progress)));
    }
    const lines = Object.fromEntries(asked.map((source) => [source.file, source.lines]));
    return { seed, commit: at.commit.slice(0, 12), changed: at.isChanged, lines, tried, excuses };
  } finally {
    await suite.close();
  }
}

const program = new Command('npm run mutate:c --')
  .description(
    'Changes one thing at a time in the C files of native/, and tells which changes the host tests do not notice. Writes docs/mutation.md. A run that ended early goes on where it was.',
  )
  .option('--files <pattern...>', 'only these files, from native/ on; writes no document')
  .option('--number <n>', 'changes in all', '310')
  .option('--seed <n>', 'of the draw', '1')
  .option('--folder <folder>', 'where verdicts are kept', join(cacheRoot(), 'mutation'))
  .exitOverride();

const interruption = onInterrupt(process, (text) => say(text));
interruption.listen();
try {
  program.parse();
  const options = program.opts<Options>();
  const result = await mutate(options, interruption.signal);
  process.stdout.write(`${scoreTable(result)}\n`);
  for (const { file, text, why } of wrongExcuses(result)) {
    say(`excused, and noticed all the same: ${file}: ${text} (${why})`);
  }
  if (options.files === undefined) {
    await writeFile(DOCUMENT, documentOf(result));
    say('docs/mutation.md written');
  }
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? EXIT_CODES.success : EXIT_CODES.usage;
  } else {
    const shown = interruption.signal.aborted
      ? new UserError('Interrupted: the same command goes on from here.', { kind: 'interrupted' })
      : error;
    process.stderr.write(errorText(shown, PLAIN));
    process.exitCode = exitCodeOf(shown);
  }
} finally {
  interruption.release();
}
