/**
 * The host tests of native/ in a copy of it, whose files are changed: what of the tests is made of a changed
 * file is made anew and run.
 */
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hashFile } from '../../../infra/cache/hash.ts';
import { UserError } from '../../../infra/errors.ts';
import { NATIVE_FOLDER } from '../../../infra/images/native.ts';
import type { Tools } from '../../../infra/tools/tools.ts';
import type { Verdict } from './mutant.ts';

/** A test program may take so many times what it takes unchanged, and so many seconds more. */
const PATIENCE = { times: 5, seconds: 10 };

/** A change that allocates for ever ends with its own memory. */
const ENVIRONMENT = { ASAN_OPTIONS: 'hard_rss_limit_mb=1024:allocator_may_return_null=0' };

/** Warnings are no reason: a change may leave a variable that nobody uses. */
const QUIET = 'CC=gcc -w';

const FAILED = /^not ok|not so:/;
const SANITIZER =
  /ERROR: (?:Address|Leak)Sanitizer: \S+|runtime error: .*|hard rss limit exhausted/;

/** Objects of the product, by the rule that makes them: whose the file is. */
const OF_A_DOMAIN = /^(?:minios|platform\/minios)\/|^workloads\/table\.c$|^introspector\/inbox\.c$/;

/** A test program that failed, or did not end: its last words. */
class Killed extends Error {}

/** A copy of native/ with its tests, for as long as it is open. */
export class Suite {
  readonly #tools: Pick<Tools, 'run'>;
  readonly #folder: string;
  readonly #signal: AbortSignal;
  /** Test programs, as the make file names them, with their hash and the seconds that they take. */
  readonly #programs = new Map<string, { hash: string; seconds: number }>();

  private constructor(tools: Pick<Tools, 'run'>, folder: string, signal: AbortSignal) {
    this.#tools = tools;
    this.#folder = folder;
    this.#signal = signal;
  }

  /**
   * Builds all tests as they are, and runs them.
   * @throws UserError when one of them fails
   */
  static async open(
    tools: Pick<Tools, 'run'>,
    signal: AbortSignal,
    source = NATIVE_FOLDER,
  ): Promise<Suite> {
    const suite = new Suite(tools, await mkdtemp(join(tmpdir(), 'tinyvmi-mutation-')), signal);
    try {
      await suite.#begin(source);
      return suite;
    } catch (error) {
      await suite.close();
      throw error;
    }
  }

  async #begin(source: string): Promise<void> {
    await cp(source, join(this.#folder, 'native'), { recursive: true });
    await cp(PACKAGE, join(this.#folder, basename(PACKAGE)));
    await this.#make('checks');
    for (const program of (await this.#make('list-checks')).trim().split(/\s+/)) {
      const start = Date.now();
      try {
        await this.#run(program, undefined);
      } catch (error) {
        if (!(error instanceof Killed)) throw error;
        throw new UserError(`${basename(program)} fails without any change: ${error.message}`, {
          advice: 'Mend what make -C native check shows first.',
        });
      }
      const seconds = (Date.now() - start) / 1000;
      this.#programs.set(program, { hash: await hashFile(program), seconds });
    }
  }

  /** Removes the copy. */
  async close(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Whether any test program has the file in it. */
  async tests(file: string): Promise<boolean> {
    try {
      await this.#make('-q', '-W', file, 'checks');
      return false;
    } catch (error) {
      if (this.#signal.aborted) throw error;
      return true;
    }
  }

  /**
   * Hash of the code that the product's compiler makes of a text that stands in for a file's.
   * @returns undefined when it does not compile
   */
  async codeOf(file: string, text: string): Promise<string | undefined> {
    await this.put(file, text);
    const kind = OF_A_DOMAIN.test(file) ? 'minios' : 'linux';
    const object = join(this.#out, 'objects', kind, file.replace(/\.c$/, '.o'));
    const bare = `${object}.bare`;
    try {
      await this.#make(object);
      await this.#tools.run('objcopy', ['--strip-debug', object, bare], this.#options);
    } catch (error) {
      if (this.#signal.aborted) throw error;
      return undefined;
    }
    return hashFile(bare);
  }

  /** What the tests say of the files as they stand here. */
  async ask(): Promise<Verdict> {
    try {
      await this.#make('checks');
    } catch (error) {
      if (this.#signal.aborted) throw error;
      return { outcome: 'none', by: 'the tests do not compile' };
    }
    return this.#runChanged();
  }

  /** Has a text stand in for a file's, until it is put back. */
  async put(file: string, text: string): Promise<void> {
    await writeFile(join(this.#folder, 'native', file), text);
  }

  async #runChanged(): Promise<Verdict> {
    for (const [program, { hash, seconds }] of this.#programs) {
      if ((await hashFile(program)) === hash) continue;
      try {
        await this.#run(program, seconds * PATIENCE.times + PATIENCE.seconds);
      } catch (error) {
        if (error instanceof Killed) return { outcome: 'killed', by: error.message };
        throw error;
      }
    }
    return { outcome: 'survived', by: '' };
  }

  get #out(): string {
    return join(this.#folder, 'out');
  }

  get #options() {
    return { folders: [this.#folder], signal: this.#signal };
  }

  async #make(...args: string[]): Promise<string> {
    const source = join(this.#folder, 'native');
    const own = ['-s', '-C', source, `OUT=${this.#out}`, QUIET];
    return (await this.#tools.run('make', [...own, ...args], this.#options)).stdout;
  }

  /** Runs a test program to its first failure. @throws Killed then, and when the time is over */
  async #run(program: string, seconds: number | undefined): Promise<void> {
    const end = new AbortController();
    const kill = (why: string) => end.abort(new Killed(why));
    const timer =
      seconds === undefined ? undefined : setTimeout(kill, seconds * 1000, 'the time was over');
    let said = '';
    try {
      await this.#tools.run(program, [], {
        folders: [this.#folder],
        cwd: this.#folder,
        env: ENVIRONMENT,
        signal: AbortSignal.any([this.#signal, end.signal]),
        onLine: (line) => {
          said ||= SANITIZER.exec(line)?.[0] ?? '';
          if (FAILED.test(line)) kill(line.replace(/^not ok \d+ - /, ''));
        },
      });
    } catch (error) {
      if (this.#signal.aborted || error instanceof Killed) throw error;
      if (!(error instanceof UserError)) throw error;
      throw new Killed(said || lastWords(error.message));
    } finally {
      clearTimeout(timer);
    }
  }
}

const PACKAGE = fileURLToPath(new URL('../../../package.json', import.meta.url));

/** How a program ended, and the last thing that it said. */
function lastWords(message: string): string {
  const [first = '', ...rest] = message.split('\n').map((line) => line.trim());
  const ending = /(?:exit code|signal) \S+?(?=:|$)/.exec(first)?.[0] ?? first;
  return [ending, rest.findLast((line) => line !== '') ?? ''].filter(Boolean).join(': ');
}
