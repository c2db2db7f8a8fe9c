/** Cuts text that comes in pieces into lines. */
export interface LineSplitter {
  add(text: string): void;
  /** Hands out what is left without a line's end. */
  end(): void;
}

/**
 * Creates a splitter.
 *
 * @param onLine - gets each line without its end; empty lines are left out
 */
export function createLineSplitter(onLine: (line: string) => void): LineSplitter {
  let rest = '';
  const handOut = (line: string): void => {
    if (line !== '') onLine(line);
  };
  return {
    add: (text) => {
      const lines = (rest + text).split(/\r?\n/);
      rest = lines.pop() ?? '';
      lines.forEach(handOut);
    },
    end: () => {
      handOut(rest);
      rest = '';
    },
  };
}
