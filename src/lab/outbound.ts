import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * What browsers themselves ask for whatever they are told: Chromium for accounts, updates, and what kind of form it sees,
 * Firefox for its makers' settings. No page of ours does.
 */
const browsersOwnHosts =
  /^((accounts|www|update|clients\d)\.google(apis)?\.com|content-autofill\.googleapis\.com|[\w-]+-pa\.googleapis\.com|firefox\.settings\.services\.mozilla\.com)$/;

export interface OutboundRecorder {
  /** Where the record is: GET answers a JSON array of hosts, DELETE empties it. */
  url: string;
  /** Chromium flag that sends every request to another machine here. */
  chromiumArgument: string;
}

/**
 * A proxy that lets nothing out and remembers which hosts were asked for. Chromium takes it for
 * everything but loopback, workers included, so an empty record means that nothing left this machine.
 * Does not keep the process alive.
 */
export async function recordOutbound(): Promise<OutboundRecorder> {
  const hosts = new Set<string>();
  const record = (host: string) => {
    if (!browsersOwnHosts.test(host)) hosts.add(host);
  };
  const server = createServer((request, response) => {
    const url = request.url ?? '';
    if (!url.startsWith('/')) {
      record(new URL(url).hostname);
      response.writeHead(403).end();
      return;
    }
    if (request.method === 'DELETE') hosts.clear();
    response.writeHead(200, {
      'Content-Type': 'application/json',
      // The tests' page is cross-origin isolated and on another port.
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Allow-Methods': 'GET, DELETE',
      'Cross-Origin-Resource-Policy': 'cross-origin',
    });
    response.end(JSON.stringify([...hosts]));
  });
  server.on('connect', (request, socket) => {
    record((request.url ?? '').replace(/:\d+$/, ''));
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  // As in server.ts: the client ends the connection.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url: `${origin}/`, chromiumArgument: `--proxy-server=${origin}` };
}
