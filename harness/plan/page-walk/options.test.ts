import { describe, expect, it } from 'vitest';
import { UserError } from '../../../infra/errors.ts';
import { resolveOptions } from './options.ts';

function usageError(raw: Parameters<typeof resolveOptions>[0]): UserError {
  try {
    resolveOptions(raw);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('accepted');
}

describe('resolveOptions', () => {
  it('has defaults for everything', () => {
    expect(resolveOptions({})).toEqual({
      benchmark: 'page-walk',
      arms: ['dom0', 'minios'],
      states: ['cold', 'tables', 'warm', 'batch'],
      pages: 500,
      batch: 500,
      pageSize: '4k',
      target: 'pvh',
      protocols: ['v1', 'seed-2018'],
      aa: false,
      seededSlowdown: 0,
      boots: 1,
      domains: 1,
      blocks: 3,
      repeat: 2,
      warmup: 1,
      hostMemory: 0,
      seed: 1,
      clock: 'counted',
      privilege: 'flask',
      start: 'restored',
      xen: '4.17',
      dom0: 'pv',
      miniosImage: '',
      testbed: 'emulated',
      guest: '',
      address: '',
      region: 'kernel',
      allowPause: false,
      timeout: 120,
    });
  });

  it('accepts repeated and comma-separated lists, in the order of the words', () => {
    const options = resolveOptions({ state: ['batch,cold', 'cold'], arm: ['minios'] });
    expect(options.states).toEqual(['cold', 'batch']);
    expect(options.arms).toEqual(['minios']);
  });

  it('never has a batch larger than the region', () => {
    expect(resolveOptions({ pages: '7' }).batch).toBe(7);
  });

  it.each(['0', '-5', 'many', '1.5', '1e3', '', ' ', '500001', 'NaN', 'Infinity'])(
    'refuses --pages %j and names the bounds',
    (pages) => {
      const error = usageError({ pages });
      expect(error.kind).toBe('usage');
      expect(error.message).toContain(`--pages ${pages}`);
      expect(error.advice).toContain('1 to 500000');
    },
  );

  it.each([
    [{ arm: ['domU'] }, '--arm domU', 'dom0, minios'],
    [{ state: ['hot'] }, '--state hot', 'cold, tables, warm, batch'],
    [{ pageSize: '8k' }, '--page-size 8k', '4k, 2m, 1g'],
    [{ clock: 'sundial' }, '--clock sundial', 'counted, wall'],
    [{ privilege: 'root' }, '--privilege root', 'flask, set-target'],
    [{ xen: '4.16' }, '--xen 4.16', '4.17, 4.20'],
    [{ start: 'warm' }, '--start warm', 'restored, cold'],
    [{ dom0: 'hvm' }, '--dom0 hvm', 'pv, pvh'],
  ])('refuses %j and names what is accepted', (raw, message, accepted) => {
    const error = usageError(raw);
    expect(error.kind).toBe('usage');
    expect(error.message).toContain(message);
    expect(error.advice).toContain(accepted);
  });

  it('takes another word than a kind for a guest of the host', () => {
    const raw = { target: 'web-1', address: '0xffffffff81000000', allowPause: true };
    expect(resolveOptions(raw)).toMatchObject({
      target: 'existing',
      guest: 'web-1',
      address: '0xffffffff81000000',
      allowPause: true,
    });
    expect(resolveOptions({ target: '7' })).toMatchObject({
      ...{ guest: '7', region: 'kernel', allowPause: false },
    });
    expect(resolveOptions({ target: 'web', region: 'process' })).toMatchObject({
      ...{ guest: 'web', address: '', region: 'process' },
    });
  });

  it.each([
    [{ target: '-x' }, 'no kind of target, and no name of a guest'],
    [{ target: 'web', address: '0x1001' }, 'no address of a page'],
    [{ target: 'web', pageSize: '4k' }, '--page-size is about a target of ours'],
    [{ target: 'web', region: 'heap' }, '--region heap'],
    [{ target: 'web', region: 'process', address: '0x1000' }, 'both say what is read'],
    [{ target: 'web', region: 'kernel', address: '0x1000' }, 'both say what is read'],
    [{ region: 'process' }, 'are about a guest of the host'],
    [{ region: 'kernel', target: 'pv' }, 'are about a guest of the host'],
    [{ address: '0x1000' }, 'are about a guest of the host'],
    [{ allowPause: true }, 'are about a guest of the host'],
  ])('refuses %j', (raw, message) => {
    const error = usageError(raw);
    expect(error.kind).toBe('usage');
    expect(error.message).toContain(message);
  });

  it('takes every kind of target, with pages of every size where Xen gives them', () => {
    const large = { target: 'hvm', pageSize: '2m', privilege: 'set-target' };
    expect(resolveOptions(large)).toMatchObject(large);
    expect(resolveOptions({ target: 'hvm' }).guest).toBe('');
  });

  it('refuses a privilege that Xen does not give for a PV target', () => {
    expect(resolveOptions({ privilege: 'set-target' }).privilege).toBe('set-target');
    const error = usageError({ privilege: 'set-target', target: 'pv' });
    expect(error.message).toContain('HVM and PVH guests only');
  });

  it('has arms that are measured when they are asked for', () => {
    expect(resolveOptions({ arm: ['dom0-libvmi,dom0'] }).arms).toEqual(['dom0', 'dom0-libvmi']);
    expect(resolveOptions({ miniosImage: '/m' }).arms).toEqual(['dom0', 'minios', 'minios-own']);
    const instead = { miniosImage: '/m', arm: ['dom0', 'minios-own'] };
    expect(resolveOptions(instead).arms).toEqual(['dom0', 'minios-own']);
  });

  it.each([
    [{ arm: ['minios-own'] }, 'whose image'],
    [{ arm: ['dom0-libvmi'], batch: '501', pages: '600' }, 'too few pages'],
    [{ arm: ['dom0-libvmi'], aa: true }, 'has no second one'],
    [{ arm: ['dom0-libvmi'], target: 'web' }, 'is only read'],
  ])('refuses the arm in %j', (raw, message) => {
    expect(usageError(raw).message).toContain(message);
  });

  it('refuses large pages in a PV target', () => {
    expect(usageError({ target: 'pv', pageSize: '2m' }).message).toContain('4 KiB pages only');
  });
});
