import { AppError } from './errors.ts';

/**
 * SHA-256 as lower-case hex. Throws `AppError('unsupported')` on pages that are no secure context
 * (neither https nor localhost): browsers give them no hash, and unverified weights are not run.
 */
export async function sha256(bytes: BufferSource): Promise<string> {
  const subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle;
  if (!subtle) throw new AppError('unsupported', 'This page must be opened over https or from localhost');
  const digest = new Uint8Array(await subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
