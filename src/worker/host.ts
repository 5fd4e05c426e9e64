/** The worker's entry. */
import { expose } from 'comlink';
import { trustOwnScripts, watchTraffic } from '../shell/index.ts';
import { Store } from '../storage/index.ts';
import { installErrorTransfer } from './errorTransfer.ts';
import { ModelHost } from './modelHost.ts';

watchTraffic();
trustOwnScripts();
installErrorTransfer();
// The built worker's address holds a hash of its code, in which the runtime's address holds one of the runtime.
expose(new ModelHost(new Store(), `${self.location.pathname} ${navigator.userAgent}`));
