/**
 * Whether a document of the collection `blocklist` is one that `watch` wrote and nobody has changed since: ours by its
 * `source`, with an action that we write, and not switched off.
 *
 * @param fields - as plain values
 */
export function isOwnRule({ source, action, enabled }: Readonly<Record<string, unknown>>): boolean {
  return source === 'watch' && (action === 'block' || action === 'monitor') && enabled !== false;
}
