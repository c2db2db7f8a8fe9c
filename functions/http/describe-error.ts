/**
 * What may be logged of an error that nobody foresaw: its class and the place where it was made, never its message,
 * which may quote a request or a provider's answer.
 */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const frame = /^ {4}at (?:.*[/\\])?([\w.-]+:\d+:\d+)\)?$/m.exec(framesOf(error))?.[1];
  const name = /^\w{1,60}$/.test(error.name) ? error.name : 'Error';
  return frame === undefined ? name : `${name} at ${frame}`;
}

/** The stack without the message before it, a line of which may look like a frame; nothing where it is not to be found. */
function framesOf({ stack = '', message }: Error): string {
  const start = stack.indexOf(message);
  return start < 0 ? '' : stack.slice(start + message.length);
}
