import { describe, expect, it } from '@jest/globals';
import { createBodySpace, type BodySpace } from '../../../functions/http/body-space.ts';

const LARGE = 100_000;
const MEBIBYTES_4 = 4 * 1024 * 1024;

/** The memory behind what is lent, to be told from other memory. */
function memoryOf(space: BodySpace, bytes: number): Promise<ArrayBufferLike | undefined> {
  return space.lend(bytes, (lent) => Promise.resolve(lent?.buffer));
}

describe('createBodySpace', () => {
  it.each([0, 1, 65_536])('has nothing to lend for a body of %i bytes', async (bytes) => {
    await expect(memoryOf(createBodySpace(), bytes)).resolves.toBeUndefined();
  });

  it('lends as much as was asked for, also of memory that is longer', async () => {
    const space = createBodySpace();
    const lengths = [LARGE, LARGE - 10].map((bytes) =>
      space.lend(bytes, (lent) => Promise.resolve(lent?.length)),
    );

    await expect(Promise.all(lengths)).resolves.toEqual([LARGE, LARGE - 10]);
  });

  it('gives what the use of it gives', async () => {
    await expect(createBodySpace().lend(LARGE, () => Promise.resolve('x'))).resolves.toBe('x');
  });

  it('lends the same memory again once it is back', async () => {
    const space = createBodySpace();
    const first = await memoryOf(space, LARGE);

    await expect(memoryOf(space, LARGE - 10)).resolves.toBe(first);
  });

  it('takes it back when its use fails', async () => {
    const space = createBodySpace();
    const first = await memoryOf(space, LARGE);
    await expect(space.lend(LARGE, () => Promise.reject(new TypeError('x')))).rejects.toThrow(TypeError);

    await expect(memoryOf(space, LARGE)).resolves.toBe(first);
  });

  it('never lends the same memory twice at a time', async () => {
    const space = createBodySpace();
    await memoryOf(space, LARGE);
    const both = await space.lend(LARGE, async (outer) => [outer?.buffer, await memoryOf(space, LARGE)]);

    expect(new Set(both).size).toBe(2);
    expect(both).not.toContain(undefined);
  });

  it('keeps the longest that it may, and nothing beyond', async () => {
    const space = createBodySpace();
    await memoryOf(space, LARGE);
    const longest = await memoryOf(space, MEBIBYTES_4);
    await memoryOf(space, MEBIBYTES_4 + 1);

    await expect(memoryOf(space, LARGE)).resolves.toBe(longest);
  });
});
