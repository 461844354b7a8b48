/**
 * Finds FLASK's refusals in Xen's console. Guests can write there too (Xen built with debug, or with
 * guest_loglvl): their lines begin with their name, "(d3)", and those of Xen with "(XEN)".
 */

/** A whole line of Xen's, with the time that `console_timestamps` puts before its text. */
const DENIAL = /^\(XEN\) (?:\[[^\]]*\] )?avc: {2}denied {2}\{ [^{}]+ \} for /;

/** The lines that report a denial (xen/xsm/flask/avc.c, avc_audit), as they were printed. */
export function denialsIn(console: string): string[] {
  return console.split('\n').filter((line) => DENIAL.test(line));
}
