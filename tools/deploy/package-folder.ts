import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createZip, type ZipEntry } from './create-zip.ts';
import { DeployFailure } from './deploy-failure.ts';

/** An archive that was written. */
export interface PackagedFolder {
  readonly file: string;
  /** In hexadecimal digits. Terraform names the object after it, so that no change means no deploy. */
  readonly sha256: string;
  readonly files: number;
  readonly bytes: number;
}

/** Without the one the cloud finds nothing to start, without the other it installs whatever is newest. */
const NEEDED = ['package.json', 'package-lock.json'];

/**
 * Packs a folder, with all that is in it, into a zip archive.
 *
 * @param folder - what `make build` wrote
 * @param file - where the archive goes; its folder is made when it is not there
 * @throws DeployFailure when the folder is not there, is no build, or holds anything but files and folders
 */
export function packageFolder(folder: string, file: string): PackagedFolder {
  const missing = NEEDED.filter((name) => !existsSync(path.join(folder, name)));
  if (missing.length > 0) {
    throw new DeployFailure(
      `There is nothing to pack: ${folder} has no ${missing.join(' and no ')}. Run make build.`,
    );
  }
  const entries = readEntries(folder, '');
  const archive = createZip(entries);
  mkdirSync(path.dirname(file), { recursive: true });
  // In one step, so that a deploy beside this one never reads half an archive.
  writeFileSync(`${file}.new`, archive);
  renameSync(`${file}.new`, file);
  const sha256 = createHash('sha256').update(archive).digest('hex');
  return { file, sha256, files: entries.length, bytes: archive.length };
}

function readEntries(root: string, inside: string): ZipEntry[] {
  const found = readdirSync(path.join(root, inside), { withFileTypes: true });
  return found.flatMap((entry) => {
    const name = inside === '' ? entry.name : `${inside}/${entry.name}`;
    if (entry.isDirectory()) return readEntries(root, name);
    if (!entry.isFile()) throw new DeployFailure(`${path.join(root, name)} is neither a file nor a folder.`);
    return [{ name, content: readFileSync(path.join(root, name)) }];
  });
}
