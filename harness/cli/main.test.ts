import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sampleResult } from '../../results/testing/sample-result.ts';
import { main } from './main.ts';
import { FakeSignals, memorySurroundings } from './testing.ts';

let runs: string;
beforeEach(async () => {
  runs = await mkdtemp(join(tmpdir(), 'tinyvmi-cli-'));
});
afterEach(() => rm(runs, { recursive: true, force: true }));

async function command(...argv: string[]) {
  const surroundings = memorySurroundings();
  const exitCode = await main(argv, surroundings, new FakeSignals());
  return { exitCode, out: surroundings.stdout.text, err: surroundings.stderr.text };
}

describe('bad arguments', () => {
  it.each([
    [['run', '--pages', '0'], '--pages 0', '1 to 500000'],
    [['run', '--pages', '-5'], '--pages -5', '1 to 500000'],
    [['run', '--boots', '0'], '--boots 0', '1 to 1000'],
    [['run', '--protocol', 'v2'], '--protocol v2', 'both, v1'],
    [['run', '--resume', 'x', '--blocks', '2'], '--blocks cannot be given', 'begin a new run'],
    [['run', '--resume', '/nowhere'], 'is no unfinished run', '.campaign-'],
    [['run', '--testbed', 'emulated,emulated'], 'names emulated twice', 'each testbed once'],
    [['run', '--testbed', 'emulated,'], 'a name is missing', '--testbed lab'],
    [['run', '--testbed', 'ssh:a,ssh:b', '--boots', '2'], '--boots 2: ssh:a', '--domains'],
    [['run', '--testbed', 'ssh:a,ssh:b', '--dry-run'], 'looks at one host', 'one --testbed'],
    [['run', '--tries', '0'], '--tries 0', '1 to 10'],
    [['run', '--queue', 'http://:s3cret@x'], '--queue: that is no address', 'redis://host'],
    [['run', '--queue', 'redis://x', '--counting-rule', 'r'], 'a file of this machine', 'Leave'],
    [['run', '--queue', 'redis://x', '--pages', '0'], '--pages 0', '1 to 500000'],
    [
      ['run', '--resume', 'x', '--queue', 'redis://x'],
      '--queue cannot be given',
      'begin a new run',
    ],
    [['worker', '--queue', 'redis://x', '--testbed', 'ssh:a,ssh:b'], 'one testbed', 'one for each'],
    [['worker'], "required option '--queue", '--help'],
    [['run', '--pages=many'], '--pages many', '1 to 500000'],
    [['run', '--arm', 'domU'], '--arm domU', 'dom0, minios'],
    [['run', '--state', 'hot'], '--state hot', 'cold, tables, warm, batch'],
    [['run', '--target', 'guest '], '--target guest ', 'pvh, pv'],
    [['run', '--pagess', '3'], "unknown option '--pagess'", '--help'],
    [['run', 'extra'], 'too many arguments', '--help'],
    [['frob'], "unknown command 'frob'", '--help'],
    [['report'], "missing required argument 'results'", '--help'],
    [['run', '--pages'], 'argument missing', '--help'],
  ])('%j is one clear error with exit code 64', async (argv, message, advice) => {
    const { exitCode, out, err } = await command(...argv);
    expect(exitCode).toBe(64);
    expect(out).toBe('');
    expect(err).toContain(message);
    expect(err.split('what to do: ')[1]).toContain(advice);
    expect(err).not.toContain('    at ');
    expect(err).not.toContain('s3cret');
  });

  it('are a document for scripts with --json', async () => {
    const { exitCode, out } = await command('run', '--json', '--pages', '0');
    expect(exitCode).toBe(64);
    expect(JSON.parse(out)).toMatchObject({
      status: 'usage',
      message: expect.stringContaining('--pages 0'),
    });
  });
});

describe('help', () => {
  it.each([
    [['--help'], 'tinyvmi-bench doctor'],
    [['--version'], '0.'],
    [[], 'Commands:'],
    [['run', '--help'], 'What it leaves'],
    [['report', '--help'], 'Example'],
    [['doctor', '--help'], '--offline'],
    [['clean', '--help'], '--cache'],
    [['help', 'run'], 'Cache states'],
  ])('%j explains', async (argv, text) => {
    const { exitCode, out, err } = await command(...argv);
    expect(exitCode).toBe(0);
    expect(out).toContain(text);
    expect(err).toBe('');
  });

  it('names every parameter with its bounds', async () => {
    const { out } = await command('run', '--help');
    for (const option of [
      '--pages',
      '--batch',
      '--page-size',
      '--target',
      '--blocks',
      '--repeat',
      '--warmup',
      '--seed',
      '--clock',
      '--arm',
      '--state',
      '--bench',
      '--out',
      '--json',
    ]) {
      expect(out).toContain(option);
    }
  });
});

describe('report', () => {
  it('shows a result and writes its files', async () => {
    const folder = await sampleResult(runs);
    const { exitCode, out } = await command('report', folder, '--format', 'html,json');
    expect(exitCode).toBe(0);
    expect(out).toContain('the ratio of Dom0 to Mini-OS');
    expect(out).not.toContain('\x1b');
    const lines = out.trimEnd().split('\n');
    expect(lines.length).toBeLessThan(30);
    const { answer } = JSON.parse(await readFile(join(folder, 'report.json'), 'utf8'));
    expect(lines.at(-1)).toBe(answer.line);
    expect(answer.line).toMatch(
      /^Reading a page from Dom0 costs .* \(95 %: .*Instructions, not time\.$/,
    );
    const whole = (await command('report', folder, '--format', 'json', '--tables')).out;
    expect(whole).toContain('They are not time');
    expect(whole.split('\n').length).toBeGreaterThan(lines.length);
    expect(whole.trimEnd().split('\n').at(-1)).toBe(answer.line);
    expect(await readdir(folder)).toContain('report.html');
  }, 20_000);

  it('prints one document with --json', async () => {
    const folder = await sampleResult(runs);
    const { out } = await command('report', folder, '--json', '--format', 'json');
    const document = JSON.parse(out);
    expect(document).toMatchObject({ status: 'success', folder });
    expect(document.summary.measures.length).toBeGreaterThan(0);
  }, 20_000);

  it('refuses what is no result', async () => {
    const { exitCode, err } = await command('report', runs);
    expect(exitCode).toBe(2);
    expect(err).toContain('is not a result');
    expect(err).toContain('what to do:');
  });
});
