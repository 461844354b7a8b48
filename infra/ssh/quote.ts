/** Quoting for the shell at the other end: ssh joins its arguments with spaces and hands them to one. */

/** A word that any POSIX shell reads back as exactly `text`. */
export function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A command line that a POSIX shell splits into exactly these arguments. */
export function quoteAll(argv: readonly string[]): string {
  return argv.map(quote).join(' ');
}
