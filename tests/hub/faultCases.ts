import type { DownloadFault } from '../../src/hub/index.ts';
import type { Fault } from '../fixtures/hub/faults.ts';

/** The large file that most faults are about. */
export const weights = 'onnx/model_q4f16.onnx_data';

/** What a download gets over by itself, and the fault that it waits for meanwhile; null where it may not
 * have to wait, because only one of its requests fails or the browser itself asks again. */
export const passingFaults: readonly [string, Fault, DownloadFault | null][] = [
  ['a connection that drops', { kind: 'drop', path: weights, afterBytes: 3_000, times: 4 }, null],
  [
    'a connection that drops before the first byte',
    { kind: 'drop', path: weights, afterBytes: 0, times: 3 },
    null,
  ],
  ['a body that ends early', { kind: 'truncate', path: weights, afterBytes: 3_000, times: 4 }, 'truncated'],
  ['a server that falls silent', { kind: 'silent', path: weights, afterBytes: 3_000, times: 2 }, 'silent'],
  ['a server that is slow', { kind: 'slow', path: weights, bytesPerSecond: 200_000 }, null],
  ['a server without ranges', { kind: 'no-ranges', path: weights }, null],
  ['a server that is busy', { kind: 'status', path: weights, status: 503, times: 2 }, 'busy'],
  ['a server that fails', { kind: 'status', path: weights, status: 500, times: 3 }, 'server'],
  ['a page in place of a part', { kind: 'page', path: weights, times: 2 }, 'page'],
  ['a page in place of a small file', { kind: 'page', path: 'tokenizer.json', times: 2 }, 'page'],
  ['wrong bytes once', { kind: 'wrong-bytes', path: weights, times: 10 }, null],
  ['wrong bytes in a small file once', { kind: 'wrong-bytes', path: 'config.json', times: 1 }, null],
  ['mirrors with other tags', { kind: 'other-tag', path: weights, times: 3 }, null],
];

/** What ends a download for now, the fault that it names, and what it says. */
export const lastingFaults: readonly [string, Fault, DownloadFault, RegExp][] = [
  ['a page that stays', { kind: 'page', path: weights }, 'page', /web page came in place of onnx/],
  [
    'a server that stays away',
    { kind: 'drop', path: weights, afterBytes: 0 },
    'unreachable',
    /connection to the hub broke/,
  ],
  [
    'a server that stays silent',
    { kind: 'silent', path: weights, afterBytes: 0 },
    'silent',
    /sent nothing of onnx/,
  ],
  [
    'a body that always ends early',
    { kind: 'truncate', path: weights, afterBytes: 0 },
    'truncated',
    /ended .* before the end/,
  ],
  [
    'wrong bytes that stay',
    { kind: 'wrong-bytes', path: weights },
    'wrong-bytes',
    /came twice with other content/,
  ],
  [
    'wrong bytes of a small file',
    { kind: 'wrong-bytes', path: 'config.json' },
    'wrong-bytes',
    /config.json came twice/,
  ],
  ['another commit', { kind: 'other-commit', path: 'config.json' }, 'changed', /from commit ffffffff, not/],
  ['another length', { kind: 'shorter', path: weights }, 'changed', /99999 bytes, not 100000/],
  ['a file that is gone', { kind: 'status', path: weights, status: 404 }, 'missing', /has no onnx.*404/],
  ['a server that stays busy', { kind: 'status', path: weights, status: 503 }, 'busy', /too much to do/],
  [
    'a wait that is too long',
    { kind: 'status', path: weights, status: 429, retryAfter: 3600 },
    'busy',
    /wait 3600 seconds/,
  ],
  ['a refusal', { kind: 'status', path: weights, status: 451 }, 'refused', /refused onnx.*451/],
];
