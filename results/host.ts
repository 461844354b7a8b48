/**
 * Facts about the machine and the checkout that a run was made with.
 */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Manifest } from './types.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const run = promisify(execFile);

interface Package {
  name: string;
  version: string;
  dependencies: Record<string, string>;
}

async function ownPackage(): Promise<Package> {
  return JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
}

async function git(...argv: string[]): Promise<string | undefined> {
  try {
    return (await run('git', ['-C', ROOT, ...argv])).stdout.trim();
  } catch {
    return undefined;
  }
}

async function distribution(): Promise<string> {
  const text = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(text)?.[1] ?? os.type();
}

/** Name, version and commit of this program; commit and modified are null outside a checkout. */
export async function toolFacts(): Promise<Manifest['tool']> {
  const { name, version } = await ownPackage();
  const commit = await git('rev-parse', 'HEAD');
  const changes = await git('status', '--porcelain', '--untracked-files=no');
  return {
    name,
    version,
    commit: commit ?? null,
    modified: commit === undefined || changes === undefined ? null : changes !== '',
  };
}

/** The machine. */
export async function hostFacts(): Promise<Manifest['host']> {
  const { dependencies } = await ownPackage();
  const cpus = os.cpus();
  return {
    platform: `${os.platform()} ${os.arch()}`,
    os: await distribution(),
    kernel: os.release(),
    cpu: cpus[0]?.model ?? 'unknown',
    cores: cpus.length,
    memory: os.totalmem(),
    node: process.version,
    packages: dependencies,
  };
}
