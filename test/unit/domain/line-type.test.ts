import { describe, expect, it } from '@jest/globals';
import {
  BUILT_IN_BLOCKED_LINE_TYPES,
  LINE_TYPES,
  parseLineType,
} from '../../../functions/domain/line-type.ts';

describe('parseLineType', () => {
  it.each([...LINE_TYPES])('reads %s in any case', (lineType) => {
    expect(parseLineType(lineType)).toBe(lineType);
    expect(parseLineType(lineType.toUpperCase())).toBe(lineType);
    expect(parseLineType(lineType.toLowerCase())).toBe(lineType);
  });

  it.each([['voip'], [''], [' mobile'], ['constructor'], [null], [undefined], [7], [['mobile']], [{}]])(
    'refuses %j',
    (text) => {
      expect(parseLineType(text)).toBeNull();
    },
  );
});

describe('what is blocked without a rule', () => {
  it('is premium, sharedCost, uan, voicemail and pager', () => {
    expect([...BUILT_IN_BLOCKED_LINE_TYPES]).toEqual(['premium', 'sharedCost', 'uan', 'voicemail', 'pager']);
  });
});
