/**
 * records: careers as numbers, for models that read no words: one row of fields a step, and the models that are a single
 * layer on such rows (logit, bag of jobs). Owns what a field knows and how past and pay are encoded.
 */
export { PanelEncoding } from './panelEncoding.ts';
export { pathFields, payFields } from './stepFields.ts';
