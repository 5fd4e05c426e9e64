import { AppError, abortError } from '../platform/index.ts';

/** What can be wrong with a server's answer, or with the way to it. */
export type DownloadFault =
  /** No answer at all: offline, no such host, a broken connection, or an answer that the browser withholds (CORS). */
  | 'unreachable'
  /** A page in place of the file: a portal that wants a login, a host's error page. */
  | 'page'
  | 'changed'
  | 'truncated'
  | 'silent'
  | 'busy'
  | 'gated'
  | 'missing'
  | 'refused'
  | 'server'
  | 'wrong-bytes';

/** Asking again soon does not help with these. */
const lasting: ReadonlySet<unknown> = new Set<DownloadFault>([
  'changed',
  'gated',
  'missing',
  'refused',
  'wrong-bytes',
]);

/** `download-failed`, with the fault and whatever belongs to it as data. */
export function downloadFault(
  fault: DownloadFault,
  message: string,
  data: AppError['data'] = {},
  cause?: unknown,
): AppError {
  return new AppError('download-failed', message, { ...data, fault }, { cause });
}

/** Whether the same request may succeed in a while. */
export function isPassing(error: unknown): error is AppError {
  return error instanceof AppError && error.code === 'download-failed' && !lasting.has(error.data.fault);
}

export interface AskOptions {
  signal?: AbortSignal | undefined;
  /** A server that sends nothing for so long counts as gone. */
  silenceMs?: number;
}

const SILENCE_MS = 30_000;

/**
 * A request's signal, which ends it when the person stops it or when the server falls silent. Call `heard` with every
 * byte, `end` when done.
 */
export class Listening {
  readonly #silence = new AbortController();
  readonly signal: AbortSignal;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly what: string,
    private readonly person: AbortSignal | undefined,
    private readonly silenceMs = SILENCE_MS,
  ) {
    this.signal = person ? AbortSignal.any([person, this.#silence.signal]) : this.#silence.signal;
    this.heard();
  }

  heard(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#silence.abort(), this.silenceMs);
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  /** What a failure under this signal means. */
  failure(error: unknown): AppError {
    if (this.person?.aborted) return abortError(this.person);
    if (error instanceof AppError) return error;
    if (this.#silence.signal.aborted) {
      const seconds = Math.round(this.silenceMs / 1000);
      return downloadFault('silent', `The server sent nothing of ${this.what} for ${seconds} seconds`);
    }
    const navigator: Partial<Navigator> | undefined = globalThis.navigator;
    const message =
      navigator?.onLine === false
        ? `This device is offline, so ${this.what} cannot be fetched`
        : `The connection to the hub broke, or it could not be reached, while asking for ${this.what}`;
    return downloadFault('unreachable', message, {}, error);
  }
}

/** A good answer from the hub for `url`, as a whole; `what` names it to the person. Throws `AppError`: `download-failed`, `aborted`. */
export async function ask(url: string, what: string, { signal, silenceMs }: AskOptions): Promise<Response> {
  const listening = new Listening(what, signal, silenceMs);
  try {
    const response = await request(url, what, listening.signal);
    const body = await response.arrayBuffer();
    return new Response(body, { headers: response.headers });
  } catch (error) {
    throw listening.failure(error);
  } finally {
    listening.end();
  }
}

/** Sends a request without cookies and names what is wrong with the answer. */
export async function request(
  url: string,
  what: string,
  signal: AbortSignal,
  headers: Record<string, string> = {},
): Promise<Response> {
  const response = await fetch(url, {
    mode: 'cors',
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
    // The store keeps the bytes; the HTTP cache need not hold them a second time.
    cache: 'no-store',
    signal,
    headers,
  });
  const fault = faultOf(response, what);
  if (!fault) return response;
  await response.body?.cancel().catch(() => undefined);
  throw fault;
}

function faultOf(response: Response, what: string): AppError | null {
  const { status } = response;
  const data = { url: response.url, status };
  switch (true) {
    case status === 401 || status === 403:
      return downloadFault(
        'gated',
        `The hub does not give ${what} to everyone (${status}): its owner asks you to accept terms and sign in on the hub, which this page never does for you, or there is no such model. Download the files there and add them below as a folder, or choose another export`,
        data,
      );
    case status === 404 || status === 410:
      return downloadFault(
        'missing',
        `The hub has no ${what} (${status}): check the name and the revision`,
        data,
      );
    case status === 416:
      return downloadFault('changed', `${what} is shorter on the server than the hub says`, data);
    case status === 429 || status === 503: {
      const retryAfter = retryAfterSeconds(response.headers.get('Retry-After'));
      const wish = retryAfter === null ? '' : ` and asks to wait ${Math.ceil(retryAfter)} seconds`;
      const message = `The hub has too much to do for ${what} (${status})${wish}`;
      return downloadFault('busy', message, retryAfter === null ? data : { ...data, retryAfter });
    }
    case status >= 500:
      return downloadFault('server', `The hub failed at ${what} (${status})`, data);
    case !response.ok:
      return downloadFault('refused', `The hub refused ${what} (${status})`, data);
    case response.headers.get('Content-Type')?.startsWith('text/html'):
      return downloadFault(
        'page',
        `A web page came in place of ${what}: does this network ask for a login first?`,
        data,
      );
    default:
      return null;
  }
}

/** Seconds or a date. */
function retryAfterSeconds(header: string | null): number | null {
  if (header === null) return null;
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : null;
}
