export type * from './contract.ts';
export type { ModelFile, ModelManifest, ModelVariant } from './manifest.ts';
export { manifestFile, parseManifest } from './manifest.ts';
