import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { untimed } from '../testing.ts';
import { StepTimes } from './step-times.ts';
import { terminalProgress } from './terminal.ts';
import { Screen } from './testing/screen.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function onScreen(columns = 80, rows = 24, times = untimed()) {
  const screen = new Screen(columns, rows);
  return { screen, progress: terminalProgress({ stderr: screen, env: {} }, times) };
}

describe('lanes', () => {
  it('have a line each, redrawn together, and what is done stands above', () => {
    const { screen, progress } = onScreen();
    const a = progress.lane('page-walk');
    const b = progress.lane('events');
    a.step('Measuring: 50 jobs');
    vi.advanceTimersByTime(3_000);
    b.step('Starting the target');
    a.detail('job 3');
    vi.advanceTimersByTime(2_000);
    expect(screen.text).toBe(
      '  page-walk: Measuring: 50 jobs: job 3 (5 s)\n  events: Starting the target (2 s)',
    );
    b.done('Target ready');
    a.warn('odd');
    expect(screen.text).toBe(
      '✓ events: Target ready (2 s)\n! page-walk: odd\n  page-walk: Measuring: 50 jobs: job 3 (5 s)',
    );
    a.done('Measured');
    expect(screen.text.split('\n').at(-1)).toBe('✓ page-walk: Measured (5 s)');
    expect(screen.cursor).toEqual([3, 0]);
  });

  it('go when they are closed, and leave the others and the cursor in their place', () => {
    const { screen, progress } = onScreen();
    progress.note('begins');
    const lanes = ['a', 'b', 'c'].map((name) => progress.lane(name));
    for (const lane of lanes) lane.step('works');
    lanes[1]?.close();
    expect(screen.text).toBe('begins\n  a: works (0 s)\n  c: works (0 s)');
    lanes[1]?.step('is over');
    lanes[1]?.done('late');
    expect(screen.text).toBe('begins\n✓ b: late\n  a: works (0 s)\n  c: works (0 s)');
    lanes[0]?.close();
    lanes[2]?.close();
    expect(screen.text).toBe('begins\n✓ b: late');
    expect(screen.cursor).toEqual([2, 0]);
    const { writes } = screen;
    vi.advanceTimersByTime(5_000);
    expect(screen.writes).toBe(writes);
  });

  it('may have the same name', () => {
    const { screen, progress } = onScreen();
    const [a, b] = [progress.lane('lab'), progress.lane('lab')];
    a.step('one');
    b.step('two');
    a.close();
    expect(screen.text).toBe('  lab: two (0 s)');
  });

  it('stand beside the step of the whole', () => {
    const { screen, progress } = onScreen();
    progress.lane('a').step('works');
    progress.step('Drawing');
    expect(screen.text).toBe('  Drawing (0 s)\n  a: works (0 s)');
    progress.done('Drawn');
    expect(screen.text).toBe('✓ Drawn (0 s)\n  a: works (0 s)');
  });

  it('are counted where there are more than rows, and none is drawn twice', () => {
    const { screen, progress } = onScreen(80, 5);
    const lanes = Array.from({ length: 9 }, (_, index) => progress.lane(`m${index}`));
    for (const lane of lanes) lane.step('works');
    lanes[8]?.done('first');
    vi.advanceTimersByTime(2_000);
    expect(screen.text).toBe(
      '✓ m8: first (0 s)\n  m0: works (2 s)\n  m1: works (2 s)\n  m2: works (2 s)\n  … and 5 more',
    );
    progress.close();
    expect(screen.text).toBe('✓ m8: first (0 s)');
  });

  it('are drawn as if it had 80 columns on a terminal that does not know how many it has', () => {
    const screen = new Screen(80, 24);
    const write = (text: string) => screen.write(text);
    const stderr = { isTTY: true as const, columns: 0, rows: 0, write };
    const progress = terminalProgress({ stderr, env: {} }, untimed());
    progress.step('booting');
    progress.detail('Xen starts');
    expect(screen.text).toBe('  booting: Xen starts (0 s)');
    progress.close();
  });

  it.each([1, 2, 10, 20, 40])('never wrap in %i columns', (columns) => {
    const { screen, progress } = onScreen(columns);
    const lane = progress.lane('a-lane-with-a-name');
    lane.step(`Measuring ${'x'.repeat(200)}`);
    lane.detail('tabs\tand\nlines\x1b[2J');
    vi.advanceTimersByTime(65_000);
    expect(screen.wrapped).toBe(false);
    expect(screen.text).not.toContain('\n');
    expect(screen.cursor[0]).toBe(0);
  });

  it('keep the time where the terminal is narrow', () => {
    const { screen, progress } = onScreen(40);
    progress.lane('page-walk').step('Starting the introspector and the bystander');
    vi.advanceTimersByTime(65_000);
    expect(screen.text).toBe('  page-walk: Starting the i… (1:05 min)');
  });
});

describe('a terminal that is made narrower', () => {
  it('is left without the lines that it continued on others', () => {
    const { screen, progress } = onScreen(80);
    progress.note('one\ntwo\nthree');
    progress.lane('a').step('x'.repeat(60));
    // As terminals do: the line of 70 columns now takes two rows.
    screen.columns = 40;
    screen.write(`\r\x1b[2K${'x'.repeat(70)}`);
    vi.advanceTimersByTime(1_000);
    expect(screen.text.split('\n').slice(0, 3)).toEqual(['one', 'two', 'three']);
    expect(screen.text.split('\n')).toHaveLength(4);
  });
});

describe('a step whose earlier times are known', () => {
  const booted = { of: () => [{ seconds: 12, run: '' }], add: vi.fn() };

  it('says of how much it waits, and when it takes longer', () => {
    const { screen, progress } = onScreen(80, 24, new StepTimes(booted));
    const lane = progress.lane('a');
    lane.step('booting the emulated host');
    vi.advanceTimersByTime(4_000);
    expect(screen.text).toBe('  a: booting the emulated host (4 s of about 12 s)');
    vi.advanceTimersByTime(10_000);
    expect(screen.text).toBe('  a: booting the emulated host (14 s, 12 s expected)');
    lane.done('the emulated host is up');
    expect(screen.text).toBe('✓ a: the emulated host is up (14 s)');
    expect(booted.add.mock.calls).toEqual([
      ['booting the emulated host', { seconds: 14, run: '' }],
    ]);
  });
});

describe('a step of which no earlier time is known', () => {
  it('says how long it takes by the part that is done', () => {
    const { screen, progress } = onScreen();
    progress.step('Building Xen');
    progress.detail('step 1 of 100', 0.01);
    vi.advanceTimersByTime(10_000);
    expect(screen.text).toBe('  Building Xen: step 1 of 100 (10 s)');
    progress.detail('step 25 of 100', 0.25);
    expect(screen.text).toBe('  Building Xen: step 25 of 100 (10 s of about 40 s)');
    vi.advanceTimersByTime(10_000);
    progress.detail('step 40 of 100', 0.4);
    expect(screen.text).toBe('  Building Xen: step 40 of 100 (20 s of about 50 s)');
    progress.close();
  });

  it('is not guessed from a moment, nor where earlier times are known', () => {
    const { screen, progress } = onScreen();
    progress.step('Measuring');
    vi.advanceTimersByTime(1_000);
    progress.detail('job 9 of 10', 0.9);
    expect(screen.text).toBe('  Measuring: job 9 of 10 (1 s)');
    progress.close();
    const kept = { of: () => [{ seconds: 12, run: '' }], add() {} };
    const known = onScreen(80, 24, new StepTimes(kept));
    known.progress.step('Measuring');
    vi.advanceTimersByTime(4_000);
    known.progress.detail('job 5 of 10', 0.5);
    expect(known.screen.text).toBe('  Measuring: job 5 of 10 (4 s of about 12 s)');
    known.progress.close();
  });
});

describe('a run whose earlier times are known', () => {
  it('says how much of it is left, below the lines, until it takes longer', () => {
    const times = untimed();
    const { screen, progress } = onScreen(80, 24, times);
    times.begins(45_000);
    progress.step('Booting');
    vi.advanceTimersByTime(5_000);
    expect(screen.text).toBe('  Booting (5 s)\n  about 40 s of the run to go');
    vi.advanceTimersByTime(40_000);
    expect(screen.text).toBe('  Booting (45 s)');
    progress.close();
    expect(screen.text).toBe('');
  });
});
