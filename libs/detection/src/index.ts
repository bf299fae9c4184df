export type { Detection } from './detection';
export * from './errors';
export { listModels, loadManifest, type Manifest } from './manifest';
export { ensureModel, type StoreOptions } from './store/store';
export { Detector, type DetectOptions, type DetectorHealth, type DetectorOptions } from './engine/detector';
