/** tables: counted transitions; fitted at once, nothing is trained. */
export { tableModel } from './tableModel.ts';
