const COMMENTS = /^\s*(?:#|\/\/).*$/gm;

/** A plain text among the variables of Terraform, at any depth; undefined where there is none. */
export function variableInFile(text: string, name: string): string | undefined {
  const pattern = new RegExp(`(?:^|[{,])\\s*${name}\\s*=\\s*"([^"$]*)"`, 'm');
  return pattern.exec(text.replace(COMMENTS, ''))?.[1];
}
