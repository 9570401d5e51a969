/** A UUIDv7 (RFC 9562, section 5.7): 48 bits of Unix milliseconds, then random bits, so that ids sort by time. */

let last = 0;

export function uuid7() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  // Never the same millisecond twice, so that ids made in a row keep their order.
  last = Math.max(Date.now(), last + 1);
  for (let byte = 0; byte < 6; byte++) bytes[byte] = Math.floor(last / 2 ** (40 - 8 * byte)) % 256;
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
