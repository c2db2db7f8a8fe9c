/** Lines of an output that are no JSON object; an output in order has none. */
export function linesThatAreNoJson(output: string): readonly string[] {
  return output
    .split('\n')
    .filter((line, index, lines) => !(line === '' && index === lines.length - 1))
    .filter((line) => !isJsonObject(line));
}

/** Characters of an output that may end a line, move a cursor or hide text in some viewer; a plain line end is none. */
export function controlCharactersIn(output: string): readonly string[] {
  return output.match(/[^\P{Cc}\n]|[\u2028\u2029]/gu) ?? [];
}

function isJsonObject(line: string): boolean {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
