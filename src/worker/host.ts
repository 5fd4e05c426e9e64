/** The worker's entry. */
import { expose } from 'comlink';
import { Store } from '../storage/index.ts';
import { installErrorTransfer } from './errorTransfer.ts';
import { ModelHost } from './modelHost.ts';

installErrorTransfer();
expose(new ModelHost(new Store()));
