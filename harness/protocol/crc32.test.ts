import { describe, expect, it } from 'vitest';
import { crc32 } from './crc32.ts';
import { digestOfWords, foldDigests } from './digest.ts';

describe('crc32', () => {
  it('gives the check value of the CRC catalogue (CRC-32/ISO-HDLC)', () => {
    expect(crc32(Buffer.from('123456789'))).toBe(0xcbf43926);
  });

  it('is the same over parts as over the whole', () => {
    expect(crc32(Buffer.from('1234'), Buffer.from(''), Buffer.from('56789'))).toBe(0xcbf43926);
  });
});

describe('digest', () => {
  it('starts at the offset basis and changes with order', () => {
    expect(digestOfWords([])).toBe('cbf29ce484222325');
    expect(digestOfWords([1n, 2n])).not.toBe(digestOfWords([2n, 1n]));
  });

  it('folds one batch to itself', () => {
    expect(foldDigests(['00000000000000ff'])).toBe('00000000000000ff');
    expect(foldDigests(['00000000000000ff', '0000000000000001'])).toBe(digestOfWords([255n, 1n]));
  });
});
