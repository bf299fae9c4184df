export type { Detection } from './detection';
export * from './models';
export { ensureModel, modelFile } from './store/store';
export { describeFile } from './content';
export type { Thresholds } from './output/head';
export { sampleImage } from './engine/sample';
export { type DetectResult, Engine } from './engine/engine';
export type { EngineObserver, EngineOptions } from './engine/engine-options';
export { type ModelStatus } from './engine/served-model';
