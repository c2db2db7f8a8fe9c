import { SEED_RULES } from '../local-stack/seed-rules.ts';

/** Looks for documents and creates them; it changes none. */
export interface DocumentCreator {
  /** @param path - collection and id */
  has(path: string): Promise<boolean>;
  /**
   * Creates it where it is absent.
   *
   * @param path - collection and id
   * @returns whether it was absent
   */
  create(path: string, fields: Readonly<Record<string, unknown>>): Promise<boolean>;
}

/** Remembers that the samples were there once, so that whoever deletes them is rid of them. */
const MARKER = 'settings/seeded';

/** How to seed. */
export interface SeedDatabaseOptions {
  readonly documents: DocumentCreator;
  readonly say: (text: string) => void;
  /** Whether to leave a database alone that was seeded before; default false. */
  readonly onlyOnce?: boolean;
  readonly now?: () => Date;
}

/** Creates the sample rules that are absent. What is there is never changed. */
export async function seedDatabase(options: SeedDatabaseOptions): Promise<void> {
  const { documents, now = () => new Date(), onlyOnce = false, say } = options;
  if (onlyOnce && (await documents.has(MARKER))) {
    say('The sample rules were created by an earlier deploy; make seed creates those that are gone.');
    return;
  }
  for (const [id, reason] of SEED_RULES) {
    const isNew = await documents.create(`blocklist/${id}`, { reason });
    say(`blocklist/${id}: ${isNew ? 'created' : 'is there, left as it is'}.`);
  }
  // Last, so that a run that was interrupted is taken up by the next one.
  await documents.create(MARKER, { at: now() });
}
