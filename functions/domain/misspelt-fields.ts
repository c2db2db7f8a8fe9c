/**
 * Hints for fields whose name differs from a known one only in case or punctuation (`Action`, `expires_at`): they are
 * ignored, which the one who wrote them would not notice otherwise.
 *
 * @returns one short text per such field, without its value
 */
export function hintsForMisspeltFields(
  fields: Readonly<Record<string, unknown>>,
  knownNames: readonly string[],
): readonly string[] {
  return Object.keys(fields).flatMap((name) => {
    if (knownNames.includes(name)) return [];
    const meant = knownNames.find((known) => lettersOf(known) === lettersOf(name));
    return meant === undefined ? [] : [`${name} is ignored: did you mean ${meant}`];
  });
}

function lettersOf(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}
