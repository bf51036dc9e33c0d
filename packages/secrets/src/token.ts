import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * A new token: `trueup_` and 43 characters, 256 random bits. It is shown once and never stored; the
 * prefix lets secret scanners find it where it should not be.
 */
export function createToken(): string {
  return `trueup_${randomBytes(32).toString('base64url')}`;
}

/**
 * What the store keeps of a token: SHA-256, hexadecimal. A slow hash would protect nothing here,
 * since 256 random bits cannot be guessed; it would only make every request slow.
 */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** Compares in a time that tells nothing about where two texts differ. */
export function isSameSecret(a: string, b: string): boolean {
  // Hashed first, since the comparison wants equal lengths and must not tell them either.
  const [left, right] = [a, b].map((text) => createHash('sha256').update(text).digest());
  return left !== undefined && right !== undefined && timingSafeEqual(left, right);
}
