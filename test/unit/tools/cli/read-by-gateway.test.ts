import { describe, expect, it } from '@jest/globals';
import { MAX_DOCUMENTS } from '../../../../functions/adapters/firestore-documents.ts';
import { readByGateway } from '../../../../tools/cli/read-by-gateway.ts';

const documentsOf = (...ids: readonly string[]) => ids.map((id) => ({ id, fields: {} }));

describe('readByGateway', () => {
  it('is everything in a collection that is no larger than the gateway reads', () => {
    const documents = documentsOf('+998', 'UZ');
    expect(readByGateway(documents, 2)).toEqual({ documents, unread: null });
  });

  it('leaves out the last documents of a larger one, and says which', () => {
    expect(readByGateway(documentsOf('+998', '234-51', 'BR', 'UZ'), 2)).toEqual({
      documents: documentsOf('+998', '234-51'),
      unread: 'The gateway reads the first 2 documents by id: those from BR on (2) are not in force.',
    });
  });

  it('goes by the bound of the gateway', () => {
    const documents = documentsOf(
      ...Array.from({ length: MAX_DOCUMENTS + 1 }, (_value, index) => `${index}`),
    );
    expect(readByGateway(documents).documents).toHaveLength(MAX_DOCUMENTS);
  });
});
