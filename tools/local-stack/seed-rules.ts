import type { Blocklist } from './blocklist.ts';

/** The networks that a new database blocks, each with the reason that stands in its document. */
export const SEED_RULES: ReadonlyMap<string, string> = new Map([
  ['234-51', 'sample: Relish (UK Broadband)'],
  ['234-58', 'sample: Pronto (Manx Telecom)'],
  ['234-55', 'sample: Sure (Guernsey)'],
]);

/**
 * Adds the sample rules, each only where there is no document of its id: what an operator made of one stays.
 *
 * @returns the ids of those that were added
 */
export async function seedRules(blocklist: Pick<Blocklist, 'create'>): Promise<readonly string[]> {
  const added: string[] = [];
  for (const [id, reason] of SEED_RULES) {
    if (await blocklist.create(id, { reason })) added.push(id);
  }
  return added;
}
