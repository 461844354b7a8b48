import { expect, it } from 'vitest';
import { withHaltingTimerCheck } from './xen.ts';

it('has the check of the timer halt until the interrupts have come that it looks for', () => {
  const before =
    '    local_irq_enable();\n    mdelay((10 * 1000) / HZ);\n    local_irq_restore(flags);\n';
  expect(withHaltingTimerCheck(before)).toBe(
    '    local_irq_enable();\n    while ( (ACCESS_ONCE(pit0_ticks) - t1) <= 4 )\n        safe_halt();\n    local_irq_restore(flags);\n',
  );
});

it('leaves a check alone that ends by itself', () => {
  const later = '    while ( msec-- )\n        mdelay(1);\n';
  expect(withHaltingTimerCheck(later)).toBe(later);
});
