export type { Detection } from './detection';
export * from './errors';
export { listModels, loadManifest } from './manifest/load';
export type { Label, Manifest } from './manifest/schema';
export { ensureModel, modelFile, type StoreOptions } from './store/store';
export { impostorFile } from './store/impostor';
export type { Thresholds } from './output/head';
export type { PictureResult } from './engine/model';
export { Detector, type DetectOptions, type DetectorHealth, type DetectorOptions } from './engine/detector';
