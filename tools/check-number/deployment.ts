/** An installation whose gateway is asked about. */
export interface Deployment {
  readonly project: string;
  readonly database: string;
  /** The variables of the gateway as it is deployed; null where those of this environment count. */
  readonly settings: Readonly<Record<string, string | undefined>> | null;
}
