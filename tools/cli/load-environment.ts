import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { variableIn } from '../local-stack/variable-in.ts';

type Environment = Record<string, string | undefined>;

/**
 * Adds what people keep in files to an environment; what is set already stays, be it to nothing.
 *
 * `.env.operator` names an installation (`PROJECT`, `ENV`) and holds the operator's own keys for it. It is left alone where
 * the environment names another project, or sets `PROJECT` to nothing: the keys of one installation must not meet another.
 * Who names the project names its `ENV`, too. `.env` is that of the local stack: it is left alone where an installation
 * is named, and the stack's programs never read the operator's.
 *
 * @param folder - of the project
 * @param isForOperators - whether the file of the operator may name the installation; else only the environment does
 */
export function loadEnvironment(env: Environment, folder: string, isForOperators: boolean): void {
  const isNamed = (): boolean => variableIn(env, 'PROJECT') !== undefined;
  if (isForOperators || isNamed())
    add(env, variablesFor(env['PROJECT'], variablesIn(path.join(folder, '.env.operator'))));
  if (isNamed()) return;
  const { PROJECT, ...others } = variablesIn(path.join(folder, '.env'));
  add(env, isForOperators ? { PROJECT, ...others } : others);
}

/** Those of the operator's that belong to a project. */
function variablesFor(project: string | undefined, variables: Environment): Environment {
  if (project === undefined) return variables;
  const own = variables['PROJECT'];
  const isOther = project === '' || (own !== undefined && own !== project);
  return isOther ? {} : Object.fromEntries(Object.entries(variables).filter(([name]) => name !== 'ENV'));
}

function variablesIn(file: string): Environment {
  return existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {};
}

function add(env: Environment, variables: Environment): void {
  for (const [name, value] of Object.entries(variables)) {
    // Undefined would become a text in the environment of a process.
    if (env[name] === undefined && value !== undefined) env[name] = value;
  }
}
