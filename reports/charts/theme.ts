/**
 * Colours of charts. Arms differ in luminance first, so that they stay apart in greyscale and to
 * every eye; somebody else's figures are hatched besides.
 */
import type { Bar } from '../model/types.ts';

/** Colours of one surrounding. */
export interface Theme {
  name: 'light' | 'dark';
  background: string;
  ink: string;
  soft: string;
  grid: string;
  series: Readonly<Record<Bar['series'], string>>;
}

/** Colours of the arms. An arm measured again has that of the first time. */
function seriesOf(dom0: string, minios: string, linux: string, libvmi: string): Theme['series'] {
  return {
    dom0,
    minios,
    'linux-domu': linux,
    'dom0-libvmi': libvmi,
    'dom0-again': dom0,
    'minios-again': minios,
  };
}

/** For white paper and light screens: contrast of the series 9:1 and 1.9:1 against white. */
export const LIGHT: Theme = {
  name: 'light',
  background: '#ffffff',
  ink: '#1c2430',
  soft: '#5a6675',
  grid: '#e3e8ee',
  series: seriesOf('#1f4e79', '#f0a63c', '#4f93d2', '#7f8c99'),
};

/** For dark screens. */
export const DARK: Theme = {
  name: 'dark',
  background: '#14181e',
  ink: '#e6eaf0',
  soft: '#a2adbb',
  grid: '#2b333e',
  series: seriesOf('#4f93d2', '#ffd08a', '#2c5f94', '#6c7886'),
};
