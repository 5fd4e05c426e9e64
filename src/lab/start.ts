/** `npm start`: builds the app where needed, serves it with the production headers, prints the address. */
import { parseArgs } from 'node:util';
import { builtApp } from './builtApp.ts';
import { type AppServer, serveApp, type ServerOptions } from './server.ts';

const firstPort = 4173;
const triedPorts = 20;

async function serveOnFreePort(folder: string, options: ServerOptions): Promise<AppServer> {
  for (let port = firstPort; port < firstPort + triedPorts; port++) {
    try {
      return await serveApp(folder, { ...options, port });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
  return serveApp(folder, options);
}

const { values } = parseArgs({
  options: {
    port: { type: 'string' },
    host: { type: 'string' },
    // A mirror of the hub, then the hosts that it sends large files from.
    hub: { type: 'string', multiple: true, default: [] },
  },
});
const [origin, ...downloads] = values.hub.map((address) => new URL(address).origin);
const options: ServerOptions = {
  ...(values.host === undefined ? {} : { host: values.host }),
  ...(origin === undefined ? {} : { hub: { origin, downloads } }),
};
const folder = await builtApp();
const server =
  values.port === undefined
    ? await serveOnFreePort(folder, options)
    : await serveApp(folder, { ...options, port: Number(values.port) });
process.stdout.write(`Onward runs at ${server.url} (Ctrl+C stops it)\n`);
