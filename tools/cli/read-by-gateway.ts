import { MAX_DOCUMENTS } from '../../functions/adapters/firestore-documents.ts';
import type { RuleDocument } from '../../functions/domain/parse-rule.ts';

/** What the gateway knows of a collection. */
export interface ReadByGateway {
  readonly documents: readonly RuleDocument[];
  /** What it does not know, in a sentence for people; null where it knows all. */
  readonly unread: string | null;
}

/**
 * Tells which documents the gateway reads.
 *
 * @param documents - all of them, by id
 * @param maxDocuments - how many it reads; default as it is built
 */
export function readByGateway(
  documents: readonly RuleDocument[],
  maxDocuments = MAX_DOCUMENTS,
): ReadByGateway {
  const first = documents[maxDocuments];
  if (first === undefined) return { documents, unread: null };
  const count = documents.length - maxDocuments;
  return {
    documents: documents.slice(0, maxDocuments),
    unread: `The gateway reads the first ${maxDocuments} documents by id: those from ${first.id} on (${count}) are not in force.`,
  };
}
