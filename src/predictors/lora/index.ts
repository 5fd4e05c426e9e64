/** lora: low-rank adapters that tune the language model itself, in PEFT's files. */
export { type BaseModel, readBaseModel } from './baseModel.ts';
export { peftConfigJson } from './peftConfig.ts';
