import { stackFileIn } from '../local-stack/stack-environment.ts';
import { openStackFile } from '../local-stack/stack-file.ts';
import { CliProblem } from './cli-problem.ts';
import type { CliWorld } from './cli-world.ts';
import { namedDatabase } from './named-database.ts';
import { createRuleDocuments, type RuleDocuments, type RuleDocumentsOptions } from './rule-documents.ts';
import { targetOf } from './target-of.ts';

/**
 * Opens the rules that are meant: those of `PROJECT` and `ENV`; without them those of an emulator
 * (`FIRESTORE_EMULATOR_HOST`), or of the local stack.
 *
 * @throws CliProblem where nothing is named and nothing runs
 */
export function openRuleDocuments(world: CliWorld, accessToken: () => Promise<string>): RuleDocuments {
  return createRuleDocuments(rulesDatabaseOf(world, accessToken));
}

/** Which database that is. */
export function rulesDatabaseOf(world: CliWorld, accessToken: () => Promise<string>): RuleDocumentsOptions {
  const { env } = world;
  if (env['PROJECT']) {
    const { project, prefix, environment } = targetOf(world);
    const database = namedDatabase(env) ?? `${prefix}-${environment}`;
    return { project, database, emulatorHost: env['FIRESTORE_EMULATOR_HOST'], accessToken };
  }
  const stack = env['FIRESTORE_EMULATOR_HOST'] ? null : openStackFile(stackFileIn(env)).running();
  const emulatorHost = env['FIRESTORE_EMULATOR_HOST'] ?? stack?.firestoreHost;
  if (emulatorHost === undefined)
    throw new CliProblem(
      'Say whose rules: PROJECT=my-project ENV=dev, or run make dev for those of this machine.',
    );
  return {
    project: stack?.project ?? env['GOOGLE_CLOUD_PROJECT'] ?? 'demo-gateway',
    database: namedDatabase(env) ?? '(default)',
    emulatorHost,
    accessToken,
  };
}
