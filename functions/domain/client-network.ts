/**
 * The network that one client is taken for when sends are counted: an IPv4 address, or the /64 of an IPv6 address
 * (`2001:db8:1:2::/64`), as one customer has all of it.
 *
 * @returns null for what is no address
 */
export function clientNetwork(address: string): string | null {
  const ipv4 = ipv4Of(address);
  return ipv4 === null ? ipv6Prefix(address, 64) : ipv4.join('.');
}

/** The part of an address that a log may show: /24 of IPv4, /48 of IPv6; null for what is no address. */
export function ipPrefix(address: string): string | null {
  const ipv4 = ipv4Of(address);
  return ipv4 === null ? ipv6Prefix(address, 48) : `${ipv4.slice(0, 3).join('.')}.0/24`;
}

function ipv6Prefix(address: string, bits: number): string | null {
  const groups = groupsOf(address)?.slice(0, bits / 16);
  if (groups === undefined) return null;
  // As RFC 5952 writes it: zeros before `::` are part of it.
  const written = groups.slice(0, groups.findLastIndex((group) => group !== 0) + 1);
  return `${written.map((group) => group.toString(16)).join(':')}::/${bits}`;
}

/** The IPv4 address that an address is, or stands for (`::ffff:192.0.2.1`). */
function ipv4Of(address: string): readonly number[] | null {
  const octets = octetsOf(address);
  if (octets !== null) return octets;
  const groups = groupsOf(address);
  if (groups?.slice(0, 5).every((group) => group === 0) !== true || groups[5] !== 0xffff) return null;
  return groups.slice(6).flatMap((group) => [group >> 8, group & 255]);
}

/** Without leading zeros, which some read as octal: what Twilio would not take for an address is none here either. */
function octetsOf(text: string): readonly number[] | null {
  const octets = /^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})$/
    .exec(text)
    ?.slice(1)
    .map(Number);
  return octets?.every((octet) => octet <= 255) === true ? octets : null;
}

/** The eight groups of an IPv6 address. */
function groupsOf(address: string): readonly number[] | undefined {
  const [head = '', tail, ...more] = withoutDottedEnd(address).split('::');
  const left = groupsOfPart(head);
  const right = tail === undefined ? [] : groupsOfPart(tail);
  if (!address.includes(':') || more.length > 0 || left === null || right === null) return undefined;
  const missing = 8 - left.length - right.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  return [...left, ...Array<number>(missing).fill(0), ...right];
}

function groupsOfPart(part: string): readonly number[] | null {
  if (part === '') return [];
  const groups = part.split(':');
  return groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))
    ? groups.map((group) => parseInt(group, 16))
    : null;
}

/** `::ffff:192.0.2.1` as `::ffff:c000:201`. */
function withoutDottedEnd(address: string): string {
  const end = address.slice(address.lastIndexOf(':') + 1);
  const [a = 0, b = 0, c = 0, d = 0] = octetsOf(end) ?? [];
  if (!end.includes('.') || octetsOf(end) === null) return address;
  const groups = [a * 256 + b, c * 256 + d].map((group) => group.toString(16));
  return address.slice(0, -end.length) + groups.join(':');
}
