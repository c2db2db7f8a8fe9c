import type { IncomingMessage } from 'node:http';
import { Refusal } from '../domain/refusal.ts';

/** The caller went away before its body was complete: there is nobody to answer. */
export class BodyInterrupted extends Error {
  constructor() {
    super('the body ended early');
    this.name = 'BodyInterrupted';
  }
}

/** What a body is held to. */
export interface BodyReading {
  /** Bodies above it are refused as soon as that is known: by their stated length, else while counting. */
  readonly maxBytes: number;
  /** A body that is not complete by then, in milliseconds, is refused, so that dripping bytes hold nothing open. */
  readonly timeoutMs: number;
  /** As long as the body says that it is: it is read into this. Null: into memory of its own. */
  readonly space: Buffer | null;
  /** Called once nothing known of the body speaks against it, for a caller that waits to be asked. */
  readonly askForBody: () => void;
}

/**
 * Reads a body whole, as bytes: nothing is inflated or decoded.
 *
 * @throws Refusal `content_too_large`, `malformed_request` (too slow)
 * @throws BodyInterrupted when the caller goes away
 */
export function readBody(
  request: IncomingMessage,
  { maxBytes, timeoutMs, space, askForBody }: BodyReading,
): Promise<Buffer> {
  // Who went away while the credential was checked says so no more.
  if (request.destroyed) return Promise.reject(new BodyInterrupted());
  // Node has checked that it is digits, and that the body is no longer.
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) {
    return Promise.reject(new Refusal('content_too_large'));
  }
  askForBody();
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      request.off('data', take).off('end', complete).off('close', interrupted).off('error', interrupted);
      settle();
    };
    const take = (chunk: Buffer): void => {
      if (space === null) chunks.push(chunk);
      else chunk.copy(space, bytes);
      bytes += chunk.length;
      if (bytes > maxBytes) refuse('content_too_large');
    };
    const refuse = (code: 'content_too_large' | 'malformed_request'): void => {
      request.pause();
      end(() => reject(new Refusal(code)));
    };
    const complete = (): void => end(() => resolve(space?.subarray(0, bytes) ?? joined(chunks)));
    const interrupted = (): void => end(() => reject(new BodyInterrupted()));
    const timer = setTimeout(() => refuse('malformed_request'), Math.max(0, timeoutMs));
    request.on('data', take).on('end', complete).on('close', interrupted).on('error', interrupted);
  });
}

function joined(chunks: readonly Buffer[]): Buffer {
  const [first, ...others] = chunks;
  return first !== undefined && others.length === 0 ? first : Buffer.concat(chunks);
}
