/** Setup of the browser and e2e projects: a test fails when anything has asked for another machine. */
import { afterEach, beforeAll, inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the record of requests to other machines is. */
    outboundUrl: string;
    /** A gzipped table of other people's careers, in base64; null where it is not beside the project. */
    youngWomen: string | null;
    /** A server that speaks the hub's URLs. */
    hubUrl: string;
    /** Chromium flag that keeps the record. */
    outboundArgument: string;
    /** Address of the built app (project e2e only). */
    appUrl: string;
  }
}

const outboundUrl = inject('outboundUrl');

async function leavingHosts(): Promise<string[]> {
  const response = await fetch(outboundUrl);
  return (await response.json()) as string[];
}

beforeAll(async () => {
  await fetch(outboundUrl, { method: 'DELETE' });
});

afterEach(async () => {
  const hosts = await leavingHosts();
  await fetch(outboundUrl, { method: 'DELETE' });
  if (hosts.length > 0) throw new Error(`Requests left this machine: ${hosts.join(', ')}`);
});
