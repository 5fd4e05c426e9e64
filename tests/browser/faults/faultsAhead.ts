/** Puts the fault kit in place in the worker that imports this first. */
import { workerFaults } from './workerFaults.ts';

workerFaults();
