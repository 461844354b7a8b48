#!/usr/bin/env node
/**
 * Where every command begins: plain JavaScript that needs nothing, so that it runs on a fresh
 * checkout. It checks Node, installs the npm packages of a checkout when they are missing or not
 * those of package-lock.json, and hands over to main.ts in the same process, so that signals and
 * exit codes need no passing on.
 *
 *   node harness/cli/start.mjs <command> …     a command of tinyvmi-bench
 *   node harness/cli/start.mjs --setup-only    npm and Debian packages, and nothing else
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OLDEST_NODE = 20;
const EXIT_ERROR = 2;
const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const LOCK = join(ROOT, 'package-lock.json');
const MODULES = join(ROOT, 'node_modules');
const STAMP = join(MODULES, '.tinyvmi-bench-lock');
const PROGRESS_MS = 5000;

/** Says what takes long, unless `--quiet` is given (harness/cli/output-wishes.ts). */
function say(text) {
  if (!process.argv.some((word) => word === '--quiet' || word === '-q')) process.stderr.write(text);
}

function fail(message, advice) {
  process.stderr.write(`error: ${message}\n  what to do: ${advice}\n`);
  process.exit(EXIT_ERROR);
}

function lockHash() {
  return `${createHash('sha256').update(readFileSync(LOCK)).digest('hex')} ${process.versions.modules}\n`;
}

/**
 * Whether node_modules is what package-lock.json says: by our stamp, or by npm's own record. npm packs no
 * package-lock.json: where there is none, npm installed this package, and the packages with it.
 */
function installed() {
  if (!existsSync(LOCK)) return true;
  if (existsSync(STAMP)) return readFileSync(STAMP, 'utf8') === lockHash();
  const record = join(MODULES, '.package-lock.json');
  return existsSync(record) && statSync(record).mtimeMs >= statSync(LOCK).mtimeMs;
}

function npmCi() {
  return new Promise((resolve) => {
    const started = Date.now();
    let said = '';
    const child = spawn('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const keep = (chunk) => {
      said = (said + chunk).slice(-4000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const timer = setInterval(() => {
      const seconds = Math.round((Date.now() - started) / 1000);
      say(`installing npm packages (${seconds} s)\n`);
    }, PROGRESS_MS);
    const end = (code, text) => {
      clearInterval(timer);
      resolve({ code, said: text });
    };
    child.on('error', (error) => end(-1, error.message));
    child.on('close', (code) => end(code ?? -1, said));
  });
}

async function install() {
  say('installing npm packages (npm ci)\n');
  const { code, said } = await npmCi();
  if (code !== 0) {
    const lines = said.trim().split('\n').slice(-8).join('\n  | ');
    const offline = /EAI_AGAIN|ENOTFOUND|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH/.test(
      said,
    );
    fail(
      `the npm packages could not be installed${offline ? ': the registry cannot be reached' : ''}.\n  | ${lines}`,
      offline
        ? 'check the network, or the registry and proxy that npm is configured with (npm config list), and run again'
        : 'run npm ci in the checkout and see what it says',
    );
  }
  writeFileSync(STAMP, lockHash());
}

/**
 * Refuses a machine that cannot build a testbed before anything is installed for it. The whole of what is
 * needed is looked at once the packages are there (infra/fitness.ts); hosts of other machines can do with
 * less.
 */
function refuseUnfit(argv) {
  const emulates = argv[0] === 'run' && !argv.some((word) => word.startsWith('--testbed'));
  if (!emulates && argv[0] !== '--setup-only') return;
  const folders = (process.env.PATH ?? '').split(delimiter);
  const missing = ['apt-get', 'dpkg'].filter(
    (program) => !folders.some((folder) => existsSync(join(folder, program))),
  );
  const lacks = [
    ...(process.platform === 'linux' && process.arch === 'x64'
      ? []
      : [`Linux on x86-64 (this is ${process.platform} on ${process.arch})`]),
    ...(missing.length === 0 ? [] : [`Debian's ${missing.join(' and ')}`]),
  ];
  if (lacks.length === 0) return;
  fail(
    `this machine will not do, and nothing was installed: it lacks ${lacks.join(', and ')}.`,
    'run on Debian 12 or newer, or on Ubuntu, on an x86-64 processor',
  );
}

const major = Number(process.versions.node.split('.')[0]);
if (major < OLDEST_NODE) {
  fail(
    `Node ${process.versions.node} is too old: ${OLDEST_NODE} or newer is needed.`,
    'install a newer Node (https://nodejs.org), or put it first on PATH',
  );
}
if (!installed()) {
  refuseUnfit(process.argv.slice(2));
  await install();
}

const tsx = await import('tsx/esm/api').catch(() =>
  fail(
    'the npm packages are damaged: tsx is missing.',
    existsSync(LOCK)
      ? 'remove node_modules and run again'
      : 'install the package anew with npm (its dependencies included)',
  ),
);
tsx.register();
const { main } = await import('./main.ts');
process.exit(await main(process.argv.slice(2)));
