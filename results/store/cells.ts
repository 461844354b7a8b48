/**
 * Cells of CSV that a spreadsheet would run: one that begins like a formula is written with an apostrophe
 * before it, which spreadsheets show as text, and read without. Numbers are written as they are.
 */

/** How a formula begins, with those apostrophes that stand before one already (OWASP, "CSV Injection"). */
const FORMULA = /^'*[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const APOSTROPHE = "'";

/** A value as it is written. */
export function safeCell<T>(value: T): T | string {
  if (typeof value !== 'string' || !FORMULA.test(value) || NUMBER.test(value)) return value;
  return APOSTROPHE + value;
}

/** The text of a cell that was written so. */
export function cellText(cell: string): string {
  return cell.startsWith(APOSTROPHE) && FORMULA.test(cell) ? cell.slice(1) : cell;
}
