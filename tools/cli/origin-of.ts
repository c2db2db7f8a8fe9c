import { CliProblem } from './cli-problem.ts';

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * The origin that a person means by a domain or an address.
 *
 * @param name - of the variable, for the complaint
 * @throws CliProblem for anything but https, or http on loopback
 */
export function originOf(name: string, text: string): string {
  const url = URL.parse(/^https?:\/\//.test(text) ? text : `https://${text}`);
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.test(url.hostname));
  if (url === null || !isSafe)
    throw new CliProblem(`${name} must be a domain or an https address; http only on loopback.`);
  return url.origin;
}
