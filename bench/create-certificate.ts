import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A certificate for 127.0.0.1, which signs itself: whoever is to trust it gets it by `NODE_EXTRA_CA_CERTS`. */
export interface Certificate {
  readonly file: string;
  readonly keyFile: string;
  /** Deletes both files. */
  remove(): void;
}

/**
 * Makes a certificate with a key of the kind and size that public sites use: RSA, 2048 bits.
 *
 * @throws Error when there is no openssl
 */
export function createCertificate(): Certificate {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-'));
  const file = path.join(folder, 'certificate.pem');
  const keyFile = path.join(folder, 'key.pem');
  const what = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=127.0.0.1'];
  const where = ['-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', keyFile, '-out', file];
  try {
    execFileSync('openssl', [...what, ...where], { stdio: 'ignore' });
  } catch (cause) {
    rmSync(folder, { recursive: true, force: true });
    throw new Error('a certificate is made with openssl, which was not found or failed', { cause });
  }
  return { file, keyFile, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
