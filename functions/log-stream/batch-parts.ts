/** Takes what a batch is made of, in its order. Places are those of bytes. */
export interface BatchParts {
  /** Whether an object deserves a look. */
  readonly isOfInterest: (from: number, to: number) => boolean;
  /** An object that does not. */
  readonly passedOver: () => void;
  /**
   * An object that does: an event, or a batch of its own.
   *
   * @returns whether it is JSON after all; if not, events that it swallowed are looked for
   */
  readonly object: (from: number, to: number, isTooDeep: boolean) => boolean;
  /** An element of a list that is no object. */
  readonly other: (from: number, to: number) => void;
  /** Something that is no JSON: a line, an element, the end of a list that is missing. */
  readonly broken: () => void;
}
