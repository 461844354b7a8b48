import { describe, expect, it } from 'vitest';
import { UserError } from '../../infra/errors.ts';
import { domainsOf, makeSuite } from './suite.ts';

function usageError(raw: Parameters<typeof makeSuite>[0]): UserError {
  try {
    makeSuite(raw);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('accepted');
}

describe('makeSuite', () => {
  it.each([
    [{ bench: ['page-talk'] }, '--bench page-talk', 'page-walk'],
    [{ state: ['hot'] }, '--state hot', 'cold, tables, warm, batch'],
  ])('refuses %j and names what is accepted', (raw, message, accepted) => {
    const error = usageError(raw);
    expect(error.kind).toBe('usage');
    expect(error.message).toContain(message);
    expect(error.advice).toContain(accepted);
  });

  it('leaves out benchmarks that have none of the states', () => {
    const suite = makeSuite({ state: ['tables,cold'] });
    expect(suite.map(({ benchmark }) => benchmark)).toEqual(['page-walk', 'anatomy']);
    expect(suite[0].options.states).toEqual(['cold', 'tables']);
  });

  it('has each domain once', () => {
    const names = domainsOf(makeSuite({})).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names[0]).toBe('tv-target');
  });
});
