import { describe, expect, it } from '@jest/globals';
import { faultsOfLockFile } from '../../../tools/check-secrets/lock-file.ts';

const integrity = `sha512-${'A'.repeat(86)}==`;
const lockFile = (packages: object) => ({ lockfileVersion: 3, packages: { '': {}, ...packages } });

describe('faultsOfLockFile', () => {
  it('finds nothing wrong with packages that are pinned by their content alone', () => {
    expect(faultsOfLockFile(lockFile({ 'node_modules/a': { version: '1.0.0', integrity } }))).toEqual([]);
  });

  it.each([
    ['a host', { integrity, resolved: 'https://host.example/a.tgz' }, 'names a host (resolved)'],
    ['no integrity', { version: '1.0.0' }, 'has no integrity by sha512'],
    ['a weak integrity', { integrity: 'sha1-AAAA' }, 'has no integrity by sha512'],
  ])('names a package with %s', (_name, entry, fault) => {
    expect(faultsOfLockFile(lockFile({ 'node_modules/a': entry }))).toEqual([`node_modules/a ${fault}`]);
  });

  it.each([[{}], [null], [{ lockfileVersion: 2, packages: {} }]])('takes no other file: %j', (other) => {
    expect(faultsOfLockFile(other)).toEqual(['is no lock file of version 3']);
  });
});
