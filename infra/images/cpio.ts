/**
 * Writes an initramfs in cpio's "newc" format (Linux: Documentation/driver-api/early-userspace/
 * buffer-format.rst). Equal trees give equal bytes: sorted by path, all times zero, all files root's.
 */

/** One member of the archive. */
export type Member =
  | { kind: 'file'; path: string; mode: number; data: Uint8Array }
  | { kind: 'folder'; path: string; mode: number }
  | { kind: 'link'; path: string; target: string }
  | { kind: 'character-device'; path: string; mode: number; major: number; minor: number };

const TYPE_BITS = {
  file: 0o100000,
  folder: 0o040000,
  link: 0o120000,
  'character-device': 0o020000,
};
const TRAILER = 'TRAILER!!!';
const SEGMENT_ALIGNMENT = 512;

/**
 * The archive's bytes, padded so that another archive may follow. Parent folders need not be named;
 * they are added with mode 0755.
 * @throws Error when a path is absolute, or named twice.
 */
export function cpio(members: readonly Member[]): Uint8Array {
  const all = withParents(members).sort((a, b) => compareBytes(a.path, b.path));
  const parts = all.flatMap((member, index) => record(member, index + 1));
  parts.push(...rawRecord(TRAILER, { inode: 0, mode: 0, links: 1, data: new Uint8Array() }));
  const archive = Buffer.concat(parts);
  return Buffer.concat([archive, Buffer.alloc(padding(archive.length, SEGMENT_ALIGNMENT))]);
}

function withParents(members: readonly Member[]): Member[] {
  const byPath = new Map<string, Member>();
  for (const member of members) {
    if (member.path.startsWith('/') || member.path === '') {
      throw new Error(`path in an archive must be relative: ${member.path}`);
    }
    if (byPath.has(member.path)) throw new Error(`path twice in an archive: ${member.path}`);
    byPath.set(member.path, member);
  }
  for (const { path } of members) {
    const steps = path.split('/');
    for (let depth = 1; depth < steps.length; depth++) {
      const parent = steps.slice(0, depth).join('/');
      if (!byPath.has(parent)) byPath.set(parent, { kind: 'folder', path: parent, mode: 0o755 });
    }
  }
  return [...byPath.values()];
}

function record(member: Member, inode: number): Uint8Array[] {
  const type = TYPE_BITS[member.kind];
  switch (member.kind) {
    case 'file':
      return rawRecord(member.path, {
        inode,
        mode: type | member.mode,
        links: 1,
        data: member.data,
      });
    case 'folder':
      return rawRecord(member.path, {
        inode,
        mode: type | member.mode,
        links: 2,
        data: new Uint8Array(),
      });
    case 'link':
      return rawRecord(member.path, {
        inode,
        mode: type | 0o777,
        links: 1,
        data: Buffer.from(member.target),
      });
    case 'character-device':
      return rawRecord(member.path, {
        inode,
        mode: type | member.mode,
        links: 1,
        data: new Uint8Array(),
        device: [member.major, member.minor],
      });
  }
}

function rawRecord(
  path: string,
  about: {
    inode: number;
    mode: number;
    links: number;
    data: Uint8Array;
    device?: [major: number, minor: number];
  },
): Uint8Array[] {
  const name = Buffer.from(`${path}\0`);
  const [major, minor] = about.device ?? [0, 0];
  const owner = 0;
  const time = 0;
  const fields = [
    about.inode,
    about.mode,
    owner,
    owner,
    about.links,
    time,
    about.data.length,
    0,
    0,
    major,
    minor,
    name.length,
    0,
  ];
  const header = Buffer.from(
    `070701${fields.map((field) => field.toString(16).padStart(8, '0').toUpperCase()).join('')}`,
  );
  return [
    header,
    name,
    Buffer.alloc(padding(header.length + name.length, 4)),
    about.data,
    Buffer.alloc(padding(about.data.length, 4)),
  ];
}

function padding(length: number, alignment: number): number {
  return (alignment - (length % alignment)) % alignment;
}

function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
