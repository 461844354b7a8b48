import { expect, it } from 'vitest';
import { cpio, type Member } from './cpio.ts';

const members: Member[] = [
  { kind: 'file', path: 'bin/tool', mode: 0o755, data: Buffer.from('hello') },
  { kind: 'link', path: 'bin/alias', target: 'tool' },
  { kind: 'character-device', path: 'dev/console', mode: 0o600, major: 5, minor: 1 },
  { kind: 'folder', path: 'root', mode: 0o700 },
];

/** The fields of a header that tell members apart, read back from an archive. */
function list(archive: Uint8Array) {
  const text = Buffer.from(archive);
  const found: { path: string; mode: string; data: string; device: string }[] = [];
  for (let at = 0; at < text.length; ) {
    expect(text.toString('latin1', at, at + 6)).toBe('070701');
    const field = (n: number) =>
      Number.parseInt(text.toString('latin1', at + 6 + n * 8, at + 14 + n * 8), 16);
    const nameEnd = at + 110 + field(11);
    const path = text.toString('latin1', at + 110, nameEnd - 1);
    if (path === 'TRAILER!!!') break;
    const start = Math.ceil(nameEnd / 4) * 4;
    found.push({
      path,
      mode: field(1).toString(8),
      data: text.toString('latin1', start, start + field(6)),
      device: `${field(9)}:${field(10)}`,
    });
    at = Math.ceil((start + field(6)) / 4) * 4;
  }
  return found;
}

it('holds what it was given, parents before children', () => {
  expect(list(cpio(members))).toEqual([
    { path: 'bin', mode: '40755', data: '', device: '0:0' },
    { path: 'bin/alias', mode: '120777', data: 'tool', device: '0:0' },
    { path: 'bin/tool', mode: '100755', data: 'hello', device: '0:0' },
    { path: 'dev', mode: '40755', data: '', device: '0:0' },
    { path: 'dev/console', mode: '20600', data: '', device: '5:1' },
    { path: 'root', mode: '40700', data: '', device: '0:0' },
  ]);
});

it('is the same for the same tree, in whatever order it is named', () => {
  expect(cpio([...members].reverse())).toEqual(cpio(members));
});

it('ends where another archive may follow', () => {
  expect(cpio(members).length % 512).toBe(0);
});

it('carries no time and no owner', () => {
  const header = Buffer.from(cpio([{ kind: 'folder', path: 'a', mode: 0o755 }])).toString('latin1');
  expect(header.slice(0, 110)).toBe(
    `070701${['00000001', '000041ED', '00000000', '00000000', '00000002', '00000000', '00000000'].join('')}${'00000000'.repeat(4)}0000000200000000`,
  );
});

it.each([
  ['an absolute path', [{ kind: 'folder', path: '/a', mode: 0 }]],
  ['no path', [{ kind: 'folder', path: '', mode: 0 }]],
  [
    'a path twice',
    [
      { kind: 'folder', path: 'a', mode: 0 },
      { kind: 'link', path: 'a', target: 'b' },
    ],
  ],
] as [string, Member[]][])('refuses %s', (_, wrong) => {
  expect(() => cpio(wrong)).toThrow(/archive/);
});
