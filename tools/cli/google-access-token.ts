import { CliProblem } from './cli-problem.ts';
import { once } from './once.ts';

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';

/**
 * Gives access tokens of the person (`gcloud auth application-default login`). Google's library is loaded at the first one:
 * most of what runs on this machine alone has no use for it.
 *
 * @returns what throws CliProblem where Google does not know the person
 */
export function createGoogleAccessToken(): () => Promise<string> {
  const load = once(async () => {
    const { GoogleAuth } = await import('google-auth-library');
    return new GoogleAuth({ scopes: SCOPE });
  });
  return async () => {
    try {
      return (await (await load()).getAccessToken()) ?? '';
    } catch (cause) {
      throw new CliProblem('Google does not know you: run gcloud auth application-default login.', { cause });
    }
  };
}
