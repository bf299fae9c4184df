export { folderBytes, jobFolders } from './inventory';
export { MARK, makeMark, readMark } from './mark';
export { PartialUploads, type PartialUpload } from './partial-uploads';
export { Attempts, type Attempt } from './attempts';
export { VolumeFullError, isVolumeFault } from './volume-fault';
export { FramesMissingError, SourceMissingError } from './missing';
export {
  CLEAN_VIDEO,
  PREVIEW_VIDEO,
  SUMMARY,
  frameName,
  peakName,
  renderingName,
  tarName,
  targetName,
  trackName,
  txtName,
  type Artifact,
} from './names';
export { Workspace, sync, type Arrival } from './workspace';
