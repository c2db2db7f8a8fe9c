const MAX_ADDRESS_LENGTH = 254;
const MAX_LOCAL_LENGTH = 64;
// The characters of https://html.spec.whatwg.org/#valid-e-mail-address, which mail systems agree on.
const LOCAL_PART = /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]+$/;
const DOMAIN_LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * Reads an e-mail address strictly: one `@`, ASCII only, no spaces or quotes, a domain of at least two labels, at most
 * 254 characters. Nothing is trimmed. Addresses beyond ASCII are refused: lower-casing them is not the same in every
 * language, and an international domain has an ASCII spelling (`xn--…`).
 *
 * @returns the address in lower case, or null
 */
export function parseEmailAddress(text: string): string | null {
  if (text.length > MAX_ADDRESS_LENGTH) return null;
  // A Kelvin sign becomes an ASCII k in lower case: what is not ASCII must go before.
  if (!/^[\x21-\x7e]+$/.test(text)) return null;
  const address = text.toLowerCase();
  const [local = '', domain = '', ...more] = address.split('@');
  if (more.length > 0 || local.length > MAX_LOCAL_LENGTH || !LOCAL_PART.test(local)) return null;
  const labels = domain.split('.');
  return labels.length >= 2 && labels.every((label) => DOMAIN_LABEL.test(label)) ? address : null;
}
