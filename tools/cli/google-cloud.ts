import { askJson } from './ask-json.ts';
import { CliProblem } from './cli-problem.ts';

/** The interfaces of Google that are read; each is `https://NAME.googleapis.com`. */
export type GoogleApiName = 'cloudfunctions' | 'cloudscheduler' | 'firestore' | 'serviceusage';

/** Reads what is in a project, with the rights of the person. */
export interface GoogleCloud {
  readonly project: string;
  /**
   * Reads one resource.
   *
   * @returns null when it is not there, or its API is not enabled yet
   * @throws CliProblem when the person may not see it
   */
  get(api: GoogleApiName, path: string): Promise<unknown>;
}

/** Where and as whom. */
export interface GoogleCloudOptions {
  readonly project: string;
  /** An access token for the scope cloud-platform. */
  readonly accessToken: () => Promise<string>;
  /** One origin for all interfaces; default: Google's own. */
  readonly origin?: string | undefined;
}

/** Creates it; nothing is asked yet. */
export function createGoogleCloud({ project, accessToken, origin }: GoogleCloudOptions): GoogleCloud {
  return {
    project,
    get: async (api, path) => {
      const url = `${origin ?? `https://${api}.googleapis.com`}${path}`;
      const authorization = `Bearer ${await accessToken()}`;
      const { status, body } = await askJson({ url, headers: { authorization } });
      if (status === 200) return body;
      if (status === 404 || isDisabled(status, body)) return null;
      throw new CliProblem(
        status === 401 || status === 403
          ? `Google does not let you read ${api} of ${project}: ask for the role Viewer, or run gcloud auth application-default login.`
          : `Google answers ${status} for ${api} of ${project}: try again later.`,
      );
    },
  };
}

/** https://cloud.google.com/service-usage/docs/enabled-service: an API that is off answers 403 with this reason. */
function isDisabled(status: number, body: unknown): boolean {
  return status === 403 && JSON.stringify(body ?? null).includes('SERVICE_DISABLED');
}
