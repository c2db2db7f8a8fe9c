/** One change that a command would make. */
export interface Change {
  /** What is changed, such as `Verify service`. */
  readonly what: string;
  /** What differs, a line each; no secret. */
  readonly lines: readonly string[];
  readonly apply: () => Promise<void>;
}
