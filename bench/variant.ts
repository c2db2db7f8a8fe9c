import path from 'node:path';
import process from 'node:process';

/** What is compared: the stock no-op, the naive port with a client for each request or a shared one, the product. */
export const VARIANT_NAMES = ['noOp', 'naiveLiteral', 'naiveShared', 'product'] as const;

/** One of them. */
export type VariantName = (typeof VARIANT_NAMES)[number];

/** Where the outside world of a run is. */
export interface Surroundings {
  readonly twilioUrl: string;
  /** Host and port. */
  readonly firestoreHost: string;
  readonly certificateFile: string;
}

/** A function as it is started. */
export interface Variant {
  readonly name: VariantName;
  /** What the framework is given as `--source`. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}

/** The project of the emulator. */
export const PROJECT = 'bench';
/** The key that tokens are signed with. */
export const GATEWAY_SECRET = 'bench-key-0123456789-0123456789-ab';
/** What the log stream sends as `Authorization`. */
export const LOG_STREAM_TOKEN = 'bench-token-0123456789-0123456789-ab';

const ROOT = path.resolve(import.meta.dirname, '..');
/** What `make build` has written: the product as it is deployed. */
export const DIST = path.join(ROOT, 'dist');
const FOLDERS: Readonly<Record<VariantName, string>> = {
  noOp: path.join(import.meta.dirname, 'no-op'),
  naiveLiteral: path.join(import.meta.dirname, 'naive'),
  naiveShared: path.join(import.meta.dirname, 'naive'),
  product: DIST,
};

/** All variants have the same environment, but for the switch of the naive port and what the deployment sets. */
export function variantOf(name: VariantName, surroundings: Surroundings): Variant {
  return {
    name,
    folder: FOLDERS[name],
    env: {
      PATH: process.env['PATH'] ?? '',
      NODE_ENV: 'production',
      NODE_EXTRA_CA_CERTS: surroundings.certificateFile,
      TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
      TWILIO_API_KEY_SID: `SK${'0'.repeat(32)}`,
      TWILIO_VERIFY_SERVICE_SID: `VA${'0'.repeat(32)}`,
      TWILIO_API_KEY_SECRET: 'bench-secret',
      TWILIO_API_BASE_URL: surroundings.twilioUrl,
      GATEWAY_SECRETS: GATEWAY_SECRET,
      LOG_STREAM_TOKENS: LOG_STREAM_TOKEN,
      GOOGLE_CLOUD_PROJECT: PROJECT,
      FIRESTORE_EMULATOR_HOST: surroundings.firestoreHost,
      // The numbers of the load are neighbours, as they are where numbers are made up.
      LOOKUPS_PER_PREFIX_PER_MINUTE: '100000',
      // Else Google's libraries look for a metadata server, for seconds.
      METADATA_SERVER_DETECTION: 'none',
      // As Terraform sets it for the functions.
      ...(name === 'product' && { NODE_OPTIONS: '--max-semi-space-size=16' }),
      ...(name === 'naiveLiteral' && { NAIVE_CLIENT: 'per-request' }),
    },
  };
}
