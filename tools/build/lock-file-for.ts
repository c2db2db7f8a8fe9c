/** One package of a lock file, as npm writes it. */
export interface LockedPackage {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly dev?: boolean;
}

/** A lock file of version 3. */
export interface LockFile {
  readonly name: string;
  readonly version: string;
  readonly lockfileVersion: number;
  readonly requires: boolean;
  /** By place, such as `node_modules/express`. */
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

/** The manifest that the new lock file belongs to. */
export interface LockedManifest extends LockedPackage {
  readonly name: string;
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

/**
 * Makes the lock file of a package whose dependencies are among those of another lock file: the same versions and
 * hashes in the same places, and nothing else. So what is deployed is what was tested, and no network is needed.
 *
 * @throws Error when a dependency is not in the other lock file
 */
export function lockFileFor(manifest: LockedManifest, from: LockFile): LockFile {
  const places = new Set<string>();
  const waiting = Object.keys(manifest.dependencies).map((name) => placeOf(name, '', from));
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    if (places.has(place)) continue;
    places.add(place);
    const names = Object.keys(from.packages[place]?.dependencies ?? {});
    for (const name of names) waiting.push(placeOf(name, place, from));
  }
  const packages = [...places].sort().map((place) => {
    const { dev, ...locked } = from.packages[place] ?? {};
    return [place, dev === true ? locked : from.packages[place]] as const;
  });
  const { name, version } = manifest;
  return {
    name,
    version,
    lockfileVersion: from.lockfileVersion,
    requires: true,
    packages: { '': manifest, ...Object.fromEntries(packages) },
  };
}

/** Where Node finds a package that another one asks for: beside it, or in the folders above. */
function placeOf(name: string, askedBy: string, { packages }: LockFile): string {
  for (let folder = askedBy; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const place = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
    if (packages[place] !== undefined) return place;
    if (folder === '') throw new Error(`${name} is not in the lock file`);
  }
}
