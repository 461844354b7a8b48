import { describe, expect, it } from 'vitest';
import { PLAIN } from '../../../reports/render/terminal.ts';
import { checkText } from './doctor.ts';

describe('checkText', () => {
  it('says what is there', () => {
    const check = { name: 'QEMU', ok: true, found: '7.2', needed: 'the host' };
    expect(checkText(check, PLAIN)).toBe('✓ QEMU: 7.2\n');
  });

  it('says what is missing, what for, and the command that mends it', () => {
    const check = {
      name: 'package perl',
      ok: false,
      found: 'not installed',
      needed: 'counting lines of code',
      mend: 'apt-get install -y perl',
    };
    expect(checkText(check, PLAIN)).toBe(
      '✗ package perl: not installed (needed: counting lines of code)\n    to mend it: apt-get install -y perl\n',
    );
  });
});
