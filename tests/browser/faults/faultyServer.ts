import { type IncomingMessage, type ServerResponse, createServer, request as ask } from 'node:http';
import type { AddressInfo } from 'node:net';
import { workerFaults } from './workerFaults.ts';

/** What befalls one answer of the server. */
export type ServerFault =
  /** No connection at all. */
  | 'offline'
  /** The host's start page, with 200, in place of the file. */
  | 'a page'
  /** The connection ends after so many bytes of the body. */
  | { cutAfter: number }
  /** All of the body is there, one bit of it flipped. */
  | { flipBit: number }
  /** So many bytes, then nothing for as long as the fault stands. */
  | { stallAfter: number };

/** Which answers a fault befalls, by path; null: none. */
export type FaultRule = (path: string) => ServerFault | null;

/** The built app behind a server that fails as it is told; its workers carry the fault kit. */
export interface FaultyServer {
  readonly url: string;
  /** Paths that were asked for. */
  readonly requests: string[];
  rule: FaultRule;
  close(): Promise<void>;
}

const isWorker = (path: string) => /\/assets\/(host|learningWorker)-[^/]*\.js$/.test(path);
/** Ahead of the worker's own code in the same script: a policy that forbids inline scripts has nothing to say. */
const prelude = `(${String(workerFaults)})();\n`;

/** `app`: address of the server behind. */
export async function faultyServer(app: string): Promise<FaultyServer> {
  const requests: string[] = [];
  const faulty = { requests, rule: (() => null) as FaultRule };
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', app).pathname;
    requests.push(path);
    const fault = faulty.rule(path);
    if (fault === 'offline') request.socket.destroy();
    else if (fault === 'a page') response.setHeader('Content-Type', 'text/html').end('<h1>Welcome</h1>');
    else
      forward(app, request, response, (body) =>
        answer(response, isWorker(path) ? withKit(body) : body, fault),
      );
  });
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  return Object.assign(faulty, {
    url: `http://localhost:${(server.address() as AddressInfo).port}/`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

function forward(
  app: string,
  request: IncomingMessage,
  response: ServerResponse,
  answered: (body: Buffer) => void,
): void {
  const { range, 'if-none-match': tag } = request.headers;
  const headers = { ...(range && { range }), ...(tag && { 'if-none-match': tag }) };
  const asked = ask(
    new URL(request.url ?? '/', app),
    { method: request.method ?? 'GET', headers },
    (inner) => {
      const chunks: Buffer[] = [];
      inner.on('data', (chunk: Buffer) => chunks.push(chunk));
      inner.on('end', () => {
        for (const [name, value] of Object.entries(inner.headers))
          if (name !== 'content-length' && value !== undefined) response.setHeader(name, value);
        response.statusCode = inner.statusCode ?? 500;
        answered(Buffer.concat(chunks));
      });
    },
  );
  asked.on('error', () => response.destroy());
  asked.end();
}

const withKit = (body: Buffer): Buffer =>
  body.length > 0 ? Buffer.concat([Buffer.from(prelude), body]) : body;

function answer(response: ServerResponse, body: Buffer, fault: Exclude<ServerFault, string> | null): void {
  if (response.statusCode === 304) {
    response.end();
    return;
  }
  response.setHeader('Content-Length', body.length);
  if (fault === null) response.end(body);
  else if ('flipBit' in fault) {
    body[fault.flipBit % body.length] ^= 1;
    response.end(body);
  } else if ('cutAfter' in fault) {
    response.write(body.subarray(0, fault.cutAfter), () => setTimeout(() => response.destroy(), 20));
  } else response.write(body.subarray(0, fault.stallAfter));
}
