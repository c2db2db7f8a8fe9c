/** A plain text among the variables of Terraform, at any depth; undefined where there is none. */
export function variableInFile(text: string, name: string): string | undefined {
  return new RegExp(`^\\s*${name}\\s*=\\s*"([^"$]*)"`, 'm').exec(text)?.[1];
}
