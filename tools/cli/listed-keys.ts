/** The entries of a secret that lists keys, newest first: one per line or comma. */
export function listedKeys(text: string): readonly string[] {
  return text
    .split(/[\r\n,]+/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}
