/**
 * The suite itself inside the emulated Dom0: its own command line, with this machine's Node, below /opt.
 * What a user would copy there is brought by an archive behind Dom0's initramfs.
 */
import { readFile, realpath, stat } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import ts from 'typescript';
import { Cache } from '../../infra/cache/cache.ts';
import { filesBelow } from '../../infra/cache/hash.ts';
import { cacheRoot } from '../../infra/cache/root.ts';
import { cachedKernel, cachedNative } from '../../infra/images/cached.ts';
import { cpio, type Member } from '../../infra/images/cpio.ts';
import { basicImages, targetKernel } from '../../infra/images/images.ts';
import { SILENT } from '../../infra/testing/silent.ts';
import { externalizedBuiltins } from './externalized-builtins.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Programs of this machine. Of setpriv Dom0 has busybox's, which knows too little. */
const PROGRAMS = [process.execPath, '/usr/bin/setpriv'];
/** The loader of programs, which Dom0 has too: of its own C library, which this machine's may be newer than. */
const LOADER = 'ld-linux-x86-64.so.2';
/** npm packages that `run`, `doctor` and `clean` load, without those that draw. */
const PACKAGES = [
  'ajv',
  'cloc',
  'commander',
  'csv-parse',
  'csv-stringify',
  'execa',
  'picomatch',
  'tinybench',
  'yaml',
];
const FOLDERS = ['bench', 'harness', 'infra', 'native', 'reports', 'results'];
const LEFT_OUT = /(^|\/)(e2e|testing|build|reference|runs)\/|\.test\.ts$/;
/** What is read beside code. */
const DATA = /\.(json|typ|mk|te)$|^infra\/dom0\/init$/;

/** Where it is in Dom0. */
const TOOL = 'opt/tinyvmi-bench';
const CACHE = 'opt/cache';
/** A `tinyvmi-bench` for Dom0's shell: start.mjs without what makes TypeScript run. */
const COMMAND = `#!/bin/sh
export PATH=/opt/bin:$PATH TINYVMI_CACHE=/${CACHE} NO_COLOR=1
exec node /${TOOL}/start.mjs "$@"
`;
const START = `const { main } = await import('./harness/cli/main.js');
process.exit(await main(process.argv.slice(2)));
`;

const file = (path: string, data: Uint8Array | string, mode = 0o644): Member => ({
  kind: 'file',
  path,
  mode,
  data: typeof data === 'string' ? Buffer.from(data) : data,
});

/** Each of them with all its libraries, which no other program of Dom0's gets to see. */
async function programs(): Promise<Member[]> {
  const members = new Map<string, Member>();
  const add = (path: string, data: Uint8Array | string) =>
    members.set(path, file(path, data, 0o755));
  for (const program of PROGRAMS) {
    const name = basename(program);
    add(`opt/libexec/${name}`, await readFile(await realpath(program)));
    add(
      `opt/bin/${name}`,
      `#!/bin/sh\nexec /opt/lib/${LOADER} --library-path /opt/lib /opt/libexec/${name} "$@"\n`,
    );
    const { stdout } = await execa('ldd', [program]);
    for (const [from = ''] of stdout.matchAll(/(?<=\s)\/\S+/g)) {
      add(`opt/lib/${basename(from)}`, await readFile(from));
    }
  }
  return [...members.values()];
}

/** What this machine's Node reads of itself from files, where it looks for them. */
const builtins = () =>
  Promise.all(
    externalizedBuiltins(process.config).map(async (path) =>
      file(relative('/', path), await readFile(path)),
    ),
  );

/** Plain JavaScript, at the same place and under the same name but for its ending. */
function compiled(source: string): string {
  return ts.transpileModule(source, {
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
      rewriteRelativeImportExtensions: true,
    },
  }).outputText;
}

/** The project's sources. native/ is as it is: what is built from it is known by its hash. */
async function sources(): Promise<Member[]> {
  const members: Member[] = [];
  for (const folder of FOLDERS) {
    for (const below of await filesBelow(join(ROOT, folder))) {
      const path = `${folder}/${below}`;
      const native = folder === 'native' && !below.startsWith('build/');
      if (LEFT_OUT.test(path) && !native) continue;
      const data = await readFile(join(ROOT, path));
      if (native || DATA.test(path)) members.push(file(`${TOOL}/${path}`, data));
      if (native || !path.endsWith('.ts') || path.endsWith('.test.ts')) continue;
      members.push(file(`${TOOL}/${path.replace(/ts$/, 'js')}`, compiled(data.toString())));
    }
  }
  return [
    ...members,
    file(`${TOOL}/package.json`, await readFile(join(ROOT, 'package.json'))),
    file(`${TOOL}/start.mjs`, START),
    file('opt/bin/tinyvmi-bench', COMMAND, 0o755),
  ];
}

/** npm packages, with what they depend on. */
async function packages(): Promise<Member[]> {
  const members: Member[] = [];
  const queue = [...PACKAGES];
  const seen = new Set<string>();
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const folder = join(ROOT, 'node_modules', name);
    const about = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    queue.push(...Object.keys(about.dependencies ?? {}));
    for (const below of await filesBelow(folder)) {
      if (/\.(d\.[mc]?ts|map|md)$/.test(below)) continue;
      const path = `${TOOL}/node_modules/${name}/${below}`;
      members.push(file(path, await readFile(join(folder, below)), 0o755));
    }
  }
  return members;
}

/** The entries of the image cache that a run on a host needs, built here if need be. */
async function images(): Promise<Member[]> {
  const cache = new Cache(cacheRoot(), SILENT);
  await targetKernel(cache, SILENT);
  await basicImages(cache, 0);
  const entries = [(await cachedKernel(cache))?.entry, await cachedNative(cache, 0)];
  const members: Member[] = [];
  for (const entry of entries) {
    if (entry === undefined) throw new Error('an image that was just there is not');
    for (const below of await filesBelow(entry.path)) {
      const path = `${CACHE}/entries/${basename(entry.path)}/${below}`;
      const from = join(entry.path, below);
      members.push(file(path, await readFile(from), (await stat(from)).mode & 0o777));
    }
  }
  return members;
}

/** What of it is how large, in bytes. */
export type Sizes = Record<'programs' | 'sources' | 'packages' | 'images', number>;

/** The archive for Dom0, in which /opt/bin/tinyvmi-bench is the command. */
export async function suiteForDom0(): Promise<{ archive: Uint8Array; sizes: Sizes }> {
  const parts = {
    programs: [...(await programs()), ...(await builtins())],
    sources: await sources(),
    packages: await packages(),
    images: await images(),
  };
  const size = (members: Member[]) =>
    members.reduce((sum, of) => sum + (of.kind === 'file' ? of.data.length : 0), 0);
  const sizes = Object.entries(parts).map(([name, members]) => [name, size(members)]);
  const folders: Member[] = ['var/tmp'].map((path) => ({ kind: 'folder', path, mode: 0o755 }));
  return {
    archive: cpio([...Object.values(parts).flat(), ...folders]),
    sizes: Object.fromEntries(sizes) as Sizes,
  };
}
