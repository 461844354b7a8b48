/** The series of Xen that the introspectors speak to. */

/** Those of the table in native/platform/xen/domctl_version.c. */
export const SPOKEN_SERIES: readonly string[] = ['4.17', '4.18', '4.19', '4.20'];

/** The series of a version: `4.17` of `4.17.5`. */
export function seriesOf(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}

/** Whether the introspectors speak to a Xen of this version. */
export function isSpoken(version: string | undefined): boolean {
  return version !== undefined && SPOKEN_SERIES.includes(seriesOf(version));
}
