/** Asks the playground for something; a problem is thrown as a sentence. */
export async function post<Answer>(action: string, body: object = {}): Promise<Answer> {
  const response = await fetch(`/api/${action}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }).catch(() => null);
  if (response === null) throw new Error('The playground does not answer: is make dev still running?');
  const answer = (await response.json()) as Answer & { readonly problem?: string };
  if (answer.problem !== undefined) throw new Error(answer.problem);
  return answer;
}

/** The sentence of what was thrown. */
export function problemOf(error: unknown): string {
  return error instanceof Error ? error.message : 'It could not be done.';
}
