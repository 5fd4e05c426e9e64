/** The entry of the worker that trains. */
import { expose } from 'comlink';
import { Store } from '../storage/index.ts';
import { installErrorTransfer } from './errorTransfer.ts';
import { LearningHost } from './learning/learningHost.ts';

installErrorTransfer();
expose(new LearningHost(new Store(), `${self.location.pathname} ${navigator.userAgent}`));
