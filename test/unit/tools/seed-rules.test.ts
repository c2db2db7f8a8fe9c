import { describe, expect, it } from '@jest/globals';
import { parseRule } from '../../../functions/domain/parse-rule.ts';
import { SEED_RULES, seedRules } from '../../../tools/local-stack/seed-rules.ts';

describe('the sample rules', () => {
  it('are the three of the first version', () => {
    expect([...SEED_RULES.keys()]).toEqual(['234-51', '234-58', '234-55']);
  });

  it.each([...SEED_RULES])('block %s without complaint', (id, reason) => {
    const { rule, problems } = parseRule({ id, fields: { reason } });

    expect(rule).toMatchObject({ id, action: 'block', reason });
    expect(problems).toEqual([]);
  });

  it('are added where they are absent', async () => {
    const asked: string[] = [];
    const added = await seedRules({
      create: (id) => {
        asked.push(id);
        return Promise.resolve(id !== '234-58');
      },
    });

    expect(asked).toEqual(['234-51', '234-58', '234-55']);
    expect(added).toEqual(['234-51', '234-55']);
  });
});
