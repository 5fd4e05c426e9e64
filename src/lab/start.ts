/** `npm start`: builds the app where needed, serves it with the production headers, prints the address. */
import { parseArgs } from 'node:util';
import { builtApp } from './builtApp.ts';
import { serveApp } from './server.ts';
import type { AppServer } from './server.ts';

const firstPort = 4173;
const triedPorts = 20;

async function serveOnFreePort(folder: string, host: string | undefined): Promise<AppServer> {
  for (let port = firstPort; port < firstPort + triedPorts; port++) {
    try {
      return await serveApp(folder, { port, host });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
  return serveApp(folder, { host });
}

const { values } = parseArgs({ options: { port: { type: 'string' }, host: { type: 'string' } } });
const folder = await builtApp();
const server =
  values.port === undefined
    ? await serveOnFreePort(folder, values.host)
    : await serveApp(folder, { port: Number(values.port), host: values.host });
process.stdout.write(`Onward runs at ${server.url} (Ctrl+C stops it)\n`);
