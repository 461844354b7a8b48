import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const START = fileURLToPath(new URL('start.mjs', import.meta.url));

/** A tsx that does nothing: the checkout's main is plain JavaScript in these tests. */
const FAKE_TSX = 'export function register() {}\n';

const FAKE_MAIN = `export async function main(argv) {
  console.log('main ' + JSON.stringify(argv));
  return 7;
}
`;

const TSX_PACKAGE = '{"type":"module","exports":{"./esm/api":"./api.mjs"}}';

/** An npm that installs a tsx, and writes down that it was called. */
const GOOD_NPM = `#!/bin/sh
echo "$@" >> npm-calls
mkdir -p node_modules/tsx
echo '${TSX_PACKAGE}' > node_modules/tsx/package.json
cat > node_modules/tsx/api.mjs <<'END'
${FAKE_TSX}END
`;

const OFFLINE_NPM = `#!/bin/sh
echo 'npm error request to the registry failed, reason: getaddrinfo ENOTFOUND registry' >&2
exit 1
`;

const BROKEN_NPM = `#!/bin/sh
echo 'npm error EINTEGRITY' >&2
exit 1
`;

let root: string;
let made: string;

beforeEach(async () => {
  made = root = await mkdtemp(join(tmpdir(), 'tinyvmi-start-'));
  await mkdir(join(root, 'harness', 'cli'), { recursive: true });
  await mkdir(join(root, 'bin'));
  await copyFile(START, join(root, 'harness', 'cli', 'start.mjs'));
  await writeFile(join(root, 'package-lock.json'), '{"lockfileVersion":3}');
  // Node takes the extension of a file that is not TypeScript to it as it is.
  const start = join(root, 'harness', 'cli', 'start.mjs');
  await writeFile(start, (await readFile(start, 'utf8')).replace('./main.ts', './main.mjs'));
  await writeFile(join(root, 'harness', 'cli', 'main.mjs'), FAKE_MAIN);
});
afterEach(() => rm(made, { recursive: true, force: true }));

async function start(npm: string | undefined, ...argv: string[]) {
  if (npm !== undefined) {
    await writeFile(join(root, 'bin', 'npm'), npm);
    await chmod(join(root, 'bin', 'npm'), 0o755);
  }
  const path =
    npm === undefined
      ? join(root, 'bin')
      : `${join(root, 'bin')}${delimiter}/usr/bin${delimiter}/bin`;
  return new Promise<{ code: number; out: string; err: string }>((resolve) => {
    const child = execFile(
      process.execPath,
      [join(root, 'harness', 'cli', 'start.mjs'), ...argv],
      { cwd: tmpdir(), env: { PATH: path } },
      (_error, out, err) => resolve({ code: child.exitCode ?? -1, out, err }),
    );
  });
}

async function npmCalls(): Promise<number> {
  const text = await readFile(join(root, 'npm-calls'), 'utf8').catch(() => '');
  return text.split('\n').filter((line) => line.startsWith('ci ')).length;
}

describe('start.mjs', () => {
  it('installs without a word with --quiet, and says what is wrong all the same', async () => {
    const quiet = await start(GOOD_NPM, 'doctor', '--quiet');
    expect(quiet).toEqual({ code: 7, out: 'main ["doctor","--quiet"]\n', err: '' });
    await rm(join(root, 'node_modules'), { recursive: true });
    const { err } = await start(BROKEN_NPM, 'doctor', '-q');
    expect(err).toMatch(/^error: the npm packages could not be installed/);
  });

  it('installs the packages of a fresh checkout, hands over, and passes arguments and exit code', async () => {
    const { code, out, err } = await start(GOOD_NPM, 'run', '--pages', '5');
    expect(err).toContain('installing npm packages');
    expect(out).toBe('main ["run","--pages","5"]\n');
    expect(code).toBe(7);
    expect(await npmCalls()).toBe(1);
  });

  it('installs once, and again when package-lock.json is another', async () => {
    await start(GOOD_NPM, 'run');
    await start(GOOD_NPM, 'run');
    expect(await npmCalls()).toBe(1);
    await writeFile(join(root, 'package-lock.json'), '{"lockfileVersion":3,"x":1}');
    await start(GOOD_NPM, 'run');
    expect(await npmCalls()).toBe(2);
  });

  it('says what to do without a network', async () => {
    const { code, out, err } = await start(OFFLINE_NPM, 'run');
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toContain('the registry cannot be reached');
    expect(err).toContain('what to do: check the network');
  });

  it('installs anew after an installation that failed', async () => {
    expect((await start(BROKEN_NPM, 'run')).err).toContain('EINTEGRITY');
    expect((await start(GOOD_NPM, 'run')).code).toBe(7);
  });

  it('installs nothing where npm installed it, wherever that put the packages', async () => {
    await rm(join(root, 'package-lock.json'));
    const home = join(root, 'node_modules', 'tinyvmi-bench');
    await mkdir(home, { recursive: true });
    await rename(join(root, 'harness'), join(home, 'harness'));
    await mkdir(join(root, 'node_modules', 'tsx'));
    await writeFile(join(root, 'node_modules', 'tsx', 'package.json'), TSX_PACKAGE);
    await writeFile(join(root, 'node_modules', 'tsx', 'api.mjs'), FAKE_TSX);
    root = home;
    const { code, out, err } = await start(undefined, 'doctor');
    expect([code, out, err]).toEqual([7, 'main ["doctor"]\n', '']);
  });

  it('says so when packages that npm installed are not whole', async () => {
    await rm(join(root, 'package-lock.json'));
    const { code, err } = await start(undefined, 'doctor');
    expect(code).toBe(2);
    expect(err).toContain('install the package anew with npm');
  });

  it.each([['run'], ['--setup-only']])(
    '%s refuses a machine without Debian first',
    async (command) => {
      const bin = join(root, 'bin');
      await writeFile(join(bin, 'npm'), GOOD_NPM, { mode: 0o755 });
      const { code, err } = await start(undefined, command);
      expect(code).toBe(2);
      expect(err).toContain("nothing was installed: it lacks Debian's apt-get and dpkg");
      expect(await npmCalls()).toBe(0);
    },
  );

  it('says so when there is no npm', async () => {
    const { code, err } = await start(undefined, 'report');
    expect(code).toBe(2);
    expect(err).toContain('npm packages could not be installed');
    expect(err).toContain('ENOENT');
  });
});
