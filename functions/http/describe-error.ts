/**
 * What may be logged of an error that nobody foresaw: its class and the place where it was made, never its message,
 * which may quote a request or a provider's answer.
 */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const frame = /^ {4}at (?:.*[/\\])?([\w.-]+:\d+:\d+)\)?$/m.exec(error.stack ?? '')?.[1];
  const name = /^\w{1,60}$/.test(error.name) ? error.name : 'Error';
  return frame === undefined ? name : `${name} at ${frame}`;
}
