import { GoogleAuth } from 'google-auth-library';
import { CheckProblem } from './check-problem.ts';

/**
 * Makes sure that this machine has credentials for Google Cloud: without them Firestore's client ends the process by
 * rejections that nobody can catch.
 *
 * @throws CheckProblem when there are none
 */
export async function requireSignIn(): Promise<void> {
  try {
    await new GoogleAuth({ scopes: 'https://www.googleapis.com/auth/datastore' }).getClient();
  } catch (cause) {
    throw new CheckProblem(
      'There are no credentials for Google Cloud: run gcloud auth application-default login.',
      {
        cause,
      },
    );
  }
}
