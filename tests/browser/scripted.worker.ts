/** A real worker with a scripted host: it kills, crashes and blocks itself for the supervision's tests. */
import { expose } from 'comlink';
import { installErrorTransfer } from '../../src/worker/errorTransfer.ts';
import { holdLock } from '../../src/worker/workerLock.ts';
import { scriptedHost } from '../worker/scriptedHost.ts';

installErrorTransfer();
expose(
  scriptedHost(Number(self.name), {
    die: () => self.close(),
    crash: () => {
      setTimeout(() => {
        throw new Error('boom');
      });
    },
    block: () => {
      for (;;);
    },
    holdLock,
  }),
);
