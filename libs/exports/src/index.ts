export {
  exportDetections,
  FORMATS,
  FORMAT_NAMES,
  isFormatName,
  type Format,
  type FormatName,
} from './formats';
export { txtsZip } from './txts-zip';
export type { Video } from './video';
