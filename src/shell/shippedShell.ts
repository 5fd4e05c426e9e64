import type { HeaderRule } from './headerRules.ts';

/** A file of the built app. */
export interface ShippedFile {
  /** Below the app's folder. */
  path: string;
  /** As `fetch` checks it; empty for what the server makes. */
  integrity: string;
  /** Whether it is stored before the service worker stands in for the server. */
  isStored: boolean;
}

/** What the build tells the service worker. */
export interface ShippedShell {
  /** Changes with any file or header. */
  build: string;
  files: readonly ShippedFile[];
  rules: readonly HeaderRule[];
}
