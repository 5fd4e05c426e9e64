import type Dexie from 'dexie';
import { AppError } from '../platform/index.ts';
import { quotaError } from './quota.ts';

/** How long another tab may keep a database from opening (an upgrade or a deletion waits for it) before we give up. */
const OPEN_LIMIT_MS = 5_000;

/** Databases that were blocked when they were asked last: nobody waits for them as long a second time. */
const blocked = new WeakSet<Dexie>();
const BLOCKED_LIMIT_MS = 100;

/**
 * Runs an operation on a database. Every failure is an `AppError`: `quota` with the estimate's figures, else
 * `storage` with a plain sentence and the browser's error as cause. Nothing hangs on a database that another tab
 * blocks. A connection that the browser closed (iOS does so under pages in the background) is opened again
 * and the operation, which must be idempotent, runs once more.
 */
export async function access<T>(
  database: Dexie,
  operation: () => PromiseLike<T>,
  openLimitMs = OPEN_LIMIT_MS,
): Promise<T> {
  try {
    await opened(database, openLimitMs);
    return await operation();
  } catch (error) {
    if (!isClosed(error)) throw await storageError(error);
  }
  try {
    await opened(database, openLimitMs);
    return await operation();
  } catch (error) {
    throw await storageError(error);
  }
}

async function opened(database: Dexie, limitMs: number): Promise<void> {
  if (database.isOpen()) return;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<never>((_, reject) => {
    const error = new AppError('storage', 'Another tab of Onward is using the store; close it and try again');
    const onLimit = () => {
      blocked.add(database);
      reject(error);
    };
    timer = setTimeout(onLimit, blocked.has(database) ? Math.min(limitMs, BLOCKED_LIMIT_MS) : limitMs);
  });
  try {
    await Promise.race([database.open(), limit]);
    blocked.delete(database);
  } finally {
    clearTimeout(timer);
  }
}

function isClosed(error: unknown): boolean {
  return hasName(error, 'DatabaseClosedError') || hasName(error, 'InvalidStateError');
}

/** Dexie wraps the browser's error, sometimes twice: looks at `inner` too. */
function hasName(error: unknown, name: string): boolean {
  if (!(error instanceof Error) && !(error instanceof DOMException)) return false;
  if (error.name === name) return true;
  return 'inner' in error && hasName(error.inner, name);
}

async function storageError(error: unknown): Promise<AppError> {
  if (error instanceof AppError) return error;
  if (hasName(error, 'QuotaExceededError')) return quotaError(error);
  if (hasName(error, 'MissingAPIError') || hasName(error, 'SecurityError')) {
    return new AppError('storage', 'This browser does not let the page store anything', {}, { cause: error });
  }
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new AppError('storage', `The browser's store failed (${reason})`, {}, { cause: error });
}
