const MIN_TOKEN_BYTES = 32;

/**
 * Reads `LOG_STREAM_TOKENS`: one token per line or comma, newest first.
 *
 * @throws Error when there is no token, or one of fewer than 32 bytes
 */
export function parseStreamTokens(text: string): readonly string[] {
  const tokens = text
    .split(/[\r\n,]+/)
    .map((token) => token.trim().replace(/^bearer +/i, ''))
    .filter((token) => token !== '');
  if (tokens.length === 0) throw new Error('holds no token');
  tokens.forEach((token, index) => {
    const bytes = Buffer.byteLength(token);
    if (bytes < MIN_TOKEN_BYTES) {
      throw new Error(`token ${index + 1} has ${bytes} bytes: at least ${MIN_TOKEN_BYTES} are needed`);
    }
  });
  return tokens;
}
