import { build } from 'esbuild';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { packageFolder } from '../deploy/package-folder.ts';
import { lockFileFor, type LockFile } from './lock-file-for.ts';
import { withoutDates } from './without-dates.ts';

// Writes dist/ and, of the same bytes, the archive build/source.zip that is deployed. One entry that loads the function it is asked for, each in a file
// of its own, and the framework as the one dependency, pinned with a lock file, so that the cloud installs what was
// tested.

const ROOT = path.resolve(import.meta.dirname, '..', '..');
const DIST = path.join(ROOT, 'dist');
const FRAMEWORK = '@google-cloud/functions-framework';

// Bundled CommonJS asks for these, and an ES module has none of them.
const BANNER = [
  "import { createRequire as __createRequire } from 'node:module';",
  "import { fileURLToPath as __fileURLToPath } from 'node:url';",
  "import { dirname as __pathDirname } from 'node:path';",
  'const require = __createRequire(import.meta.url);',
  'const __filename = __fileURLToPath(import.meta.url);',
  'const __dirname = __pathDirname(__filename);',
].join('\n');

rmSync(DIST, { recursive: true, force: true });
mkdirSync(DIST);
await bundle();
writeManifest();
copyFileSync(path.join(ROOT, 'LICENSE'), path.join(DIST, 'LICENSE'));
packageFolder(DIST, path.join(ROOT, 'build', 'source.zip'));

async function bundle(): Promise<void> {
  const { metafile } = await build({
    entryPoints: [path.join(ROOT, 'functions', 'main.ts')],
    outdir: DIST,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // Our errors give themselves their names, so that a log can tell them apart.
    minify: true,
    plugins: [withoutDates],
    legalComments: 'linked',
    banner: { js: BANNER },
    metafile: true,
    logLevel: 'warning',
    absWorkingDir: ROOT,
  });
  const modules = Object.entries(metafile.outputs).filter(([file]) => file.endsWith('.mjs'));
  const bytes = modules.reduce((sum, [, output]) => sum + output.bytes, 0);
  console.log(`dist/  ${modules.length} modules, ${Math.round(bytes / 1024)} KiB`);
}

function writeManifest(): void {
  const ours = readJson('package.json') as {
    name: string;
    version: string;
    devDependencies: Record<string, string>;
  };
  const version = ours.devDependencies[FRAMEWORK];
  if (version === undefined) throw new Error(`${FRAMEWORK} is not among the development dependencies`);
  const manifest = {
    name: ours.name,
    version: ours.version,
    private: true,
    main: 'main.mjs',
    engines: { node: '24' },
    // Empty: the build in the cloud runs no script.
    scripts: { 'gcp-build': '' },
    dependencies: { [FRAMEWORK]: version },
  };
  writeJson('package.json', manifest);
  writeJson('package-lock.json', lockFileFor(manifest, readJson('package-lock.json') as LockFile));
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(path.join(ROOT, file), 'utf8'));
}

function writeJson(file: string, value: unknown): void {
  writeFileSync(path.join(DIST, file), JSON.stringify(value, null, 2) + '\n');
}
