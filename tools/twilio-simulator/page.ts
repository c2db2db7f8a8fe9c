import type { Call, Reply } from './reply.ts';
import { invalidParameter } from './twilio-error.ts';

/** Something that a list shows. */
export interface Listed {
  /** Counts up: the newest is shown first, and a page goes on below where the last one ended. */
  readonly sequence: number;
}

const MAX_PAGE_SIZE = 1000;
const DEFAULT_PAGE_SIZE = 50;
const TOKEN = /^PT(\d{1,15})$/;

/**
 * Answers one page of a list.
 *
 * A page is named by the token of its link; what is added meanwhile does not move it. `Page` alone counts from the newest.
 *
 * @param key - the name of the list in the answer
 * @param newestFirst - everything that the call asks for
 */
export function pageReply<T extends Listed>(
  call: Call,
  key: string,
  newestFirst: readonly T[],
  show: (item: T) => unknown,
): Reply {
  const { PageSize: sizeText, Page: pageText, PageToken: token } = call.params;
  const size = wholeNumber(sizeText ?? String(DEFAULT_PAGE_SIZE));
  if (size < 1 || size > MAX_PAGE_SIZE) return invalidParameter('PageSize', sizeText ?? '');
  const page = wholeNumber(pageText ?? '0');
  if (page < 0) return invalidParameter('Page', pageText ?? '');
  const below = token === undefined ? Infinity : Number(TOKEN.exec(token)?.[1] ?? NaN);
  if (Number.isNaN(below)) return invalidParameter('PageToken', token ?? '');

  const rest = newestFirst.filter((item) => item.sequence < below);
  const start = token === undefined ? page * size : 0;
  const shown = rest.slice(start, start + size);
  const last = shown.at(-1);
  const link = (number: number, pageToken?: string): string => linkTo(call, size, number, pageToken);
  const hasMore = last !== undefined && rest.length > start + size;
  const meta = {
    page,
    page_size: size,
    first_page_url: link(0),
    previous_page_url: page > 0 ? link(page - 1) : null,
    url: link(page, token),
    next_page_url: hasMore ? link(page + 1, `PT${last.sequence}`) : null,
    key,
  };
  return { status: 200, body: { [key]: shown.map(show), meta } };
}

function wholeNumber(text: string): number {
  return /^\d{1,9}$/.test(text) ? Number(text) : -1;
}

function linkTo({ origin, path, params }: Call, size: number, page: number, token?: string): string {
  const query = new URLSearchParams(params);
  query.set('PageSize', String(size));
  query.set('Page', String(page));
  query.delete('PageToken');
  if (token !== undefined) query.set('PageToken', token);
  return `${origin}${path}?${query.toString()}`;
}
