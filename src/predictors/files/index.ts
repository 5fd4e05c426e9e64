/**
 * files: how trained parameters are written and read: weights as safetensors, and a card that says what they are.
 * Promises: what does not fit is refused by `bad-input`, naming the first field or tensor that is wrong.
 */
export { type Adapter, type AdapterFiles, exportAdapter, importAdapter } from './adapterFile.ts';
export { readAdapter } from './readAdapter.ts';
export { fileSet } from './keptFiles.ts';
export { template } from './template.ts';
