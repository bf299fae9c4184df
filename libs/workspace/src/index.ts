export { folderBytes, jobFolders, type JobFolder } from './inventory';
export { MARK, makeMark, readMark } from './mark';
export { PartialUploads, type Announcement, type PartialUpload } from './partial-uploads';
export { AttemptRevokedError, Attempts, type Attempt, type Holder } from './attempts';
export { VolumeFullError, VolumeGoneError, isVolumeFault } from './volume-fault';
export { FramesMissingError, SourceMissingError } from './missing';
export {
  PREVIEW_VIDEO,
  SUMMARY,
  frameName,
  peakName,
  tarName,
  targetName,
  txtName,
  type Artifact,
} from './names';
export { Workspace, sync, type Arrival, type Swept } from './workspace';
