/** Models as their manifests describe them, without the engine: importing it does not load node-canvas. */
export * from './errors';
export { chooseLabels } from './manifest/labels';
export { listModels, loadManifest, lookUpModel, type ModelEntry } from './manifest/load';
export { isModelName } from './manifest/read';
export { usesNms } from './manifest/output-schema';
export type { Label, Manifest } from './manifest/schema';
export { quoteWithNearest } from './nearest';
