/**
 * The command line: the built app driven headless, and what serves and finds it.
 *
 * Owns: the production headers, the static server, the build on demand, the search for Chromium,
 * and the commands `npm start`, `npm run build` and `npm run lab`. The folder `page/` is the part
 * that runs inside the built app; the rest runs in Node.
 * Promises: one JSON object on stdout, progress on stderr, nothing leaves this machine.
 * Units: seconds, bytes, natural logarithms.
 */
export { builtApp } from './builtApp.ts';
export { chromiumArguments, findChromium, missingChromium } from './chromium.ts';
export { headerRules, headersFile, hubHosts, metaPolicy, productionHeaders } from './headers.ts';
export type { HubHosts } from './headers.ts';
export { recordOutbound } from './outbound.ts';
export type { OutboundRecorder } from './outbound.ts';
export { projectRoot } from './projectRoot.ts';
export { serveApp } from './server.ts';
export type { AppServer, ServerOptions } from './server.ts';
