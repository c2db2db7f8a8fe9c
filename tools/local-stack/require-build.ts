import { existsSync } from 'node:fs';
import path from 'node:path';
import { StackProblem } from './stack-problem.ts';

/**
 * Makes sure that there is something to serve.
 *
 * @param dist - the folder that `make build` writes
 * @throws StackProblem when it is not there
 */
export function requireBuild(dist: string): void {
  if (existsSync(path.join(dist, 'package.json'))) return;
  throw new StackProblem('There is nothing to serve yet: run `make build` first.');
}
