import { describe, expect, it } from 'vitest';
import { fitted, fittedLine, timeText, waitText } from './wording.ts';

it.each([
  [0, '0 s'],
  [1_499, '1 s'],
  [59_400, '59 s'],
  [59_600, '1:00 min'],
  [3_605_000, '60:05 min'],
])('%i ms are %s', (milliseconds, text) => {
  expect(timeText(milliseconds)).toBe(text);
});

it.each([
  [4_000, undefined, '4 s'],
  [4_000, 12_000, '4 s of about 12 s'],
  [12_300, 11_700, '12 s of about 12 s'],
  [14_000, 12_000, '14 s, 12 s expected'],
])('%i ms of %o is %s', (elapsed, expected, text) => {
  expect(waitText(elapsed, expected)).toBe(text);
});

describe('a fitted text', () => {
  it.each([
    ['abc', 3, 'abc'],
    ['abcd', 3, 'ab…'],
    ['abcd', 1, '…'],
    ['abcd', 0, ''],
    ['a\r\n\tb', 9, 'a b'],
    ['𝒳𝒳𝒳', 2, '𝒳…'],
  ])('of %j in %i columns is %j', (text, columns, shown) => {
    expect(fitted(text, columns)).toBe(shown);
  });
});

describe('a fitted line', () => {
  it('cuts the text, not the time', () => {
    expect(fittedLine({ text: 'x'.repeat(50), time: '5 s' }, 24)).toEqual({
      text: `  ${'x'.repeat(15)}…`,
      time: ' (5 s)',
    });
  });

  it('is the text alone where both have no room', () => {
    expect(fittedLine({ text: 'x'.repeat(50), time: '5 s' }, 16)).toEqual({
      text: `  ${'x'.repeat(13)}…`,
      time: '',
    });
  });
});
