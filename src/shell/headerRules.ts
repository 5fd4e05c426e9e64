/** The response headers of the files that a pattern names. */
export interface HeaderRule {
  /** Path below the app's folder, with a slash before it; a `*` at its end stands for anything. */
  pattern: string;
  headers: Readonly<Record<string, string>>;
  /** The content policy once the page is sealed; null where that changes nothing. */
  sealedPolicy: string | null;
}

/** The headers of one file: those of the last rule that names it. Throws where none does. */
export function headersFor(
  rules: readonly HeaderRule[],
  path: string,
  isSealed: boolean,
): Readonly<Record<string, string>> {
  const rule = rules.findLast(({ pattern }) => isNamedBy(pattern, path));
  if (!rule) throw new Error(`No rule names ${path}`);
  return isSealed && rule.sealedPolicy !== null
    ? { ...rule.headers, 'Content-Security-Policy': rule.sealedPolicy }
    : rule.headers;
}

function isNamedBy(pattern: string, path: string): boolean {
  return pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern;
}
