/**
 * What is wrong with a lock file: an entry that names the host that it came from, which may be nobody else's, or one
 * whose content nothing pins.
 *
 * @param lockFile - `package-lock.json`, parsed
 * @returns sentences that begin with the package; none for a lock file in order
 */
export function faultsOfLockFile(lockFile: unknown): readonly string[] {
  const packages = memberOf(lockFile, 'packages');
  if (memberOf(lockFile, 'lockfileVersion') !== 3 || typeof packages !== 'object' || packages === null) {
    return ['is no lock file of version 3'];
  }
  return Object.entries(packages).flatMap(([location, entry]) => {
    // The project itself, and links to folders of it.
    if (location === '' || memberOf(entry, 'link') === true) return [];
    const faults: string[] = [];
    if (memberOf(entry, 'resolved') !== undefined) faults.push(`${location} names a host (resolved)`);
    if (!isIntegrity(memberOf(entry, 'integrity')) && memberOf(entry, 'inBundle') !== true) {
      faults.push(`${location} has no integrity by sha512`);
    }
    return faults;
  });
}

function isIntegrity(value: unknown): boolean {
  return typeof value === 'string' && /^sha512-[A-Za-z0-9+/]{86}==$/.test(value);
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
