export { inChunks } from './chunks';
export { xml } from './cvat-track';
export {
  exportDetections,
  FORMATS,
  FORMAT_NAMES,
  isFormatName,
  type Format,
  type FormatName,
} from './formats';
export { countsCsv, tracksCsv } from './report';
export { csvTable } from './table';
export { txtsZip } from './txts-zip';
export type { Video } from './video';
export { zipped } from './zip';
