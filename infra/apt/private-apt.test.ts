import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it, onTestFinished } from 'vitest';
import { onlyPrograms, RecordedProgress, temporaryFolder } from '../testing/support.ts';
import { PrivateApt } from './private-apt.ts';

async function machine(sources: Record<string, string>) {
  const folder = await temporaryFolder();
  const parts = join(folder, 'parts');
  await mkdir(parts);
  for (const [name, text] of Object.entries(sources)) await writeFile(join(parts, name), text);
  await writeFile(join(folder, 'keys.pgp'), 'keys');
  return {
    root: folder,
    system: {
      sourceList: join(folder, 'none'),
      sourceParts: parts,
      keyrings: [join(folder, 'keys.gpg'), join(folder, 'keys.pgp')],
    },
  };
}

it('reads sources of both formats, and leaves other files alone', async () => {
  const { root, system } = await machine({
    'a.list': 'deb http://a.example/debian trixie main\n',
    'b.sources':
      'Types: deb\nURIs: http://b.example/debian\nSuites: trixie-updates\nComponents: main\n',
    'c.list.save': 'deb http://c.example/debian trixie main\n',
  });
  const { folder } = await PrivateApt.open(root, 'bookworm', system);
  const written = await readFile(join(folder, 'private.sources'), 'utf8');
  expect(written.match(/^URIs: .*$/gm)).toEqual([
    'URIs: http://a.example/debian',
    'URIs: http://b.example/debian',
    'URIs: http://deb.debian.org/debian-security',
  ]);
  expect(written.match(/^Signed-By: .*$/gm)).toEqual(Array(3).fill(`Signed-By: ${root}/keys.pgp`));
});

it("refuses a machine without Debian's keys", async () => {
  const { root, system } = await machine({});
  await expect(
    PrivateApt.open(root, 'bookworm', { ...system, keyrings: [join(root, 'none')] }),
  ).rejects.toMatchObject({
    name: 'UserError',
    advice: expect.stringContaining('debian-archive-keyring'),
  });
});

/** An archive in a folder, with one package in two releases. */
async function archive(folder: string): Promise<string> {
  for (const [release, version] of [
    ['bookworm', '1'],
    ['trixie', '2'],
  ]) {
    for (const suite of [release, `${release}-updates`, `${release}-security`]) {
      const index = join(folder, 'debian/dists', suite ?? '', 'main/binary-amd64');
      await mkdir(index, { recursive: true });
      const packages = `Package: thing\nArchitecture: amd64\nVersion: ${version}\nFilename: pool/thing_${version}.deb\nSize: 1\nSHA256: ${'0'.repeat(64)}\n\n`;
      const sources = join(folder, 'debian/dists', suite ?? '', 'main/source');
      await mkdir(sources, { recursive: true });
      await writeFile(join(sources, 'Sources'), '');
      await writeFile(join(index, 'Packages'), suite === release ? packages : '');
      await execa('sh', [
        '-c',
        'cd "$1" && { echo "Suite: $2"; echo "Codename: $2"; echo "Date: $(date -u -R)"; echo "Architectures: amd64"; echo "Components: main"; echo SHA256:; for f in main/*/*; do echo " $(sha256sum < $f | cut -d" " -f1) $(stat -c %s $f) $f"; done; } > Release',
        'sh',
        join(folder, 'debian/dists', suite ?? ''),
        suite ?? '',
      ]);
    }
  }
  return join(folder, 'debian');
}

it('takes the packages of its release, whatever this machine has installed or prefers', async () => {
  const { root, system } = await machine({});
  const there = await archive(root);
  await writeFile(
    join(system.sourceParts, 'a.list'),
    `deb [trusted=yes] file:${there} trixie main\ndeb [trusted=yes] file:${there} trixie-security main\n`,
  );
  await writeFile(
    join(root, 'apt.conf'),
    `Dir::State::status "${root}/status"; Dir::Etc::preferences "${root}/preferences"; APT::Default-Release "trixie";`,
  );
  await writeFile(
    join(root, 'status'),
    'Package: thing\nStatus: install ok installed\nArchitecture: amd64\nVersion: 3\nMaintainer: x <x@example.org>\nDescription: x\n\n',
  );
  await writeFile(join(root, 'preferences'), 'Package: *\nPin: release *\nPin-Priority: -1\n');
  process.env.APT_CONFIG = join(root, 'apt.conf');
  onTestFinished(() => {
    delete process.env.APT_CONFIG;
  });
  const apt = await PrivateApt.open(root, 'bookworm', system);
  await apt.update(new RecordedProgress());
  const { stdout } = await apt.run('apt-get', ['download', '--print-uris', 'thing']);
  expect(stdout).toContain('thing_1');
});

it('is one clear error without a network, in the words of apt', async () => {
  const { root, system } = await machine({
    'a.list':
      'deb http://127.0.0.1:9/debian bookworm main\ndeb http://127.0.0.1:9/debian bookworm-security main\n',
  });
  const opened = await PrivateApt.open(root, 'bookworm', system);
  const failure = await opened.update(new RecordedProgress()).catch((error: unknown) => error);
  expect(failure).toMatchObject({
    name: 'UserError',
    message: expect.stringMatching(
      /^the package archives cannot be read:\n {2}[EW]:.*127\.0\.0\.1/,
    ),
    advice: expect.stringContaining('check the network'),
  });
}, 60_000);

it('names the package of a missing apt', async () => {
  const { root, system } = await machine({
    'a.list': 'deb http://a.example/debian bookworm main\n',
  });
  const opened = await PrivateApt.open(root, 'bookworm', system);
  await onlyPrograms();
  await expect(opened.update(new RecordedProgress())).rejects.toMatchObject({
    message: 'apt-get is not installed',
  });
});
