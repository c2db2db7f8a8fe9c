import type { ServerResponse } from 'node:http';
import type { LiveState } from './live-state.ts';

/** Tells every page that is open what has changed, by server-sent events. */
export interface LiveStream {
  /** Tells a value, unless it is the one that was told last. */
  tell<Name extends keyof LiveState>(name: Name, value: LiveState[Name]): void;
  /** Begins to tell a page: all that is known, then every change. */
  add(outgoing: ServerResponse): void;
  /** Whether anybody listens. */
  isWatched(): boolean;
  stop(): void;
}

const RETRY_MS = 1000;
const COMMENT_EVERY_MS = 15_000;
const MOST_UNREAD_BYTES = 8 * 1024 * 1024;

/**
 * Starts with nothing known and nobody listening.
 *
 * @param onWatched - called when a page begins to listen
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export function createLiveStream(onWatched: () => void): LiveStream {
  const told = new Map<string, string>();
  const pages = new Set<ServerResponse>();
  const writeAll = (text: string): void => {
    for (const page of pages) {
      // One that does not read opens the stream again once it does, and is told all anew.
      if (page.writableLength > MOST_UNREAD_BYTES) page.destroy();
      else page.write(text);
    }
  };
  // A page that was shut without a word is found out by writing to it.
  const comments = setInterval(() => writeAll(':\n\n'), COMMENT_EVERY_MS);
  comments.unref();

  return {
    tell: (name, value) => {
      const data = JSON.stringify(value);
      if (told.get(name) === data) return;
      told.set(name, data);
      writeAll(eventText(name, data));
    },
    add: (outgoing) => {
      outgoing.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
      outgoing.write(`retry: ${RETRY_MS}\n\n`);
      for (const [name, data] of told) outgoing.write(eventText(name, data));
      pages.add(outgoing);
      outgoing.once('close', () => pages.delete(outgoing));
      onWatched();
    },
    isWatched: () => pages.size > 0,
    stop: () => {
      clearInterval(comments);
      for (const page of pages) page.end();
    },
  };
}

function eventText(name: string, data: string): string {
  return `event: ${name}\ndata: ${data}\n\n`;
}
