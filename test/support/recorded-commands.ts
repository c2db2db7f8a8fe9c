import type { CommandResult, RunCommand } from '../../tools/deploy/run-command.ts';

/** Commands that are not run: what would have been, and what they answer. */
export interface RecordedCommands {
  readonly run: RunCommand;
  /** Whole command lines, in order. */
  readonly lines: readonly string[];
}

/** The answers of a machine and a project where everything is in order and deployed already. */
const IN_ORDER: readonly (readonly [RegExp, Partial<CommandResult>])[] = [
  [/^terraform version/, { stdout: 'Terraform v1.11.4\non linux_amd64\n' }],
  [/^gcloud auth list/, { stdout: 'someone@example.com\n' }],
  [/^gcloud auth application-default/, { stdout: 'ya29.a-token\n' }],
  [/^gcloud billing/, { stdout: 'True\n' }],
  [/ state list/, { stdout: 'google_storage_bucket.state\n' }],
  [
    / output -json/,
    {
      stdout: JSON.stringify({
        database: { value: 'verify-dev' },
        gateway_url: { value: 'https://gateway.example.com' },
        log_stream_url: { value: 'https://log-stream.example.com' },
        gateway_secret_command: { value: 'gcloud secrets …' },
        log_stream_token_command: { value: 'gcloud secrets …' },
      }),
    },
  ],
];

/** Creates them. The first pattern that a command line matches answers; by default it succeeds and prints nothing. */
export function recordCommands(
  ...answers: readonly (readonly [RegExp, Partial<CommandResult>])[]
): RecordedCommands {
  const lines: string[] = [];
  return {
    lines,
    run: (command, args) => {
      const line = [command, ...args].join(' ');
      lines.push(line);
      const found = [...answers, ...IN_ORDER].find(([pattern]) => pattern.test(line))?.[1];
      return Promise.resolve({ code: 0, stdout: '', stderr: '', ...found });
    },
  };
}
