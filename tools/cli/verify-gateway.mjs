#!/usr/bin/env node
// npm links this file as `verify-gateway`. The commands are TypeScript, which the Node of the project runs as it is.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';

const folder = import.meta.dirname;
const node = path.join(folder, '..', '..', 'node_modules', '.bin', 'node');
const ended = spawnSync(node, [path.join(folder, 'main.ts'), ...process.argv.slice(2)], { stdio: 'inherit' });
if (ended.error !== undefined)
  process.stderr.write('The packages are missing: run make install in the repository.\n');
process.exitCode = ended.status ?? 2;
