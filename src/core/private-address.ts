// Whether an IP address, as text, is one that alerts must not go to unless a person said so: this machine, its local
// networks, link-local (cloud metadata lives there), carrier networks, multicast, documentation and reserved ranges
// (IANA special-purpose registries). What is no address at all is null: a name, to be judged when it is resolved.

/** First address and prefix length. */
const ranges4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

export function isPrivateAddress(text: string): boolean | null {
  const plain = text.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  const four = readIpv4(plain);
  if (four !== null) return isPrivate4(four);
  const six = readIpv6(plain);
  return six === null ? null : isPrivate6(six);
}

function isPrivate4(address: number): boolean {
  return ranges4.some(([first, bits]) => {
    const from = readIpv4(first) ?? 0;
    return address >= from && address < from + 2 ** (32 - bits);
  });
}

function isPrivate6(parts: readonly number[]): boolean {
  const [a = 0, b = 0] = parts;
  const last = (parts[6] ?? 0) * 0x1_0000 + (parts[7] ?? 0);
  const leading = parts.slice(0, 5).every((part) => part === 0);
  // An IPv4 address in another coat: mapped, or the old compatible form, which holds :: and ::1 too.
  if (leading && parts[5] === 0xffff) return isPrivate4(last);
  if (leading && parts[5] === 0) return true;
  // Global unicast is 2000::/3; within it are a documentation range, and translators and tunnels to IPv4.
  if (a >> 13 !== 1) return true;
  return (a === 0x2001 && (b === 0xdb8 || b < 0x200)) || a === 0x2002 || a === 0x3fff;
}

function readIpv4(text: string): number | null {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return null;
  return parts.reduce((sum, part) => sum * 256 + Number(part), 0);
}

function readIpv6(text: string): readonly number[] | null {
  if (!text.includes(':')) return null;
  const tail = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  const four = tail === null ? null : readIpv4(tail[2] ?? '');
  if (tail !== null && four === null) return null;
  const whole =
    four === null ? text : `${tail?.[1]}${(four >>> 16).toString(16)}:${(four & 0xffff).toString(16)}`;
  const halves = whole.split('::');
  if (halves.length > 2) return null;
  const [head = [], rest = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - rest.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return null;
  const parts = [...head, ...Array.from({ length: missing }, () => '0'), ...rest];
  if (!parts.every((part) => /^[0-9a-f]{1,4}$/i.test(part))) return null;
  return parts.map((part) => Number.parseInt(part, 16));
}
