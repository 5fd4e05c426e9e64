/** The entry of the worker that trains. */
import { expose } from 'comlink';
import { trustOwnScripts, watchTraffic } from '../shell/index.ts';
import { Store } from '../storage/index.ts';
import { installErrorTransfer } from './errorTransfer.ts';
import { LearningHost } from './learningHost.ts';

watchTraffic();
trustOwnScripts();
installErrorTransfer();
expose(new LearningHost(new Store(), `${self.location.pathname} ${navigator.userAgent}`));
