/** The value of a variable; an empty one counts as absent, because that is how make and `.env` leave one out. */
export function variableIn(
  env: Readonly<Record<string, string | undefined>>,
  name: string,
): string | undefined {
  const value = env[name];
  return value === '' ? undefined : value;
}
