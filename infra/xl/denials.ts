/** Finds FLASK's refusals in Xen's console. */

/** The lines that report a denial (xen/xsm/flask/avc.c, avc_audit), as they were printed. */
export function denialsIn(console: string): string[] {
  return console.split('\n').filter((line) => /avc:\s+denied/.test(line));
}
