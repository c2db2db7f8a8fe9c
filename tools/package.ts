import path from 'node:path';
import process from 'node:process';
import { DeployFailure } from './deploy/deploy-failure.ts';
import { packageFolder } from './deploy/package-folder.ts';

const root = path.join(import.meta.dirname, '..');

try {
  const { files, bytes, sha256 } = packageFolder(
    path.join(root, 'dist'),
    path.join(root, 'build', 'source.zip'),
  );
  console.log(`build/source.zip: ${files} files, ${bytes} bytes, sha256 ${sha256}`);
} catch (error) {
  if (!(error instanceof DeployFailure)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
