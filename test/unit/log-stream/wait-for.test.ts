import { describe, expect, it } from '@jest/globals';
import { WAIT_IS_OVER, waitFor } from '../../../functions/log-stream/wait-for.ts';

describe('waitFor', () => {
  it('ends after its time', async () => {
    await expect(waitFor(1, new AbortController().signal)).resolves.toBeUndefined();
  });

  it('is broken off by its signal', async () => {
    const over = new AbortController();
    const wait = waitFor(60_000, over.signal);
    over.abort();

    await expect(wait).rejects.toBe(WAIT_IS_OVER);
  });

  it('does not begin where its signal has come', async () => {
    await expect(waitFor(60_000, AbortSignal.abort())).rejects.toBe(WAIT_IS_OVER);
  });

  it('may be broken off when it has ended', async () => {
    const over = new AbortController();
    await waitFor(1, over.signal);
    over.abort();

    expect(over.signal.aborted).toBe(true);
  });
});
